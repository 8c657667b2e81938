//! An operation does what its verb says, or nothing at all.

use taskloom::apply::OperationStatus;
use taskloom::emulator::Behaviour;
use taskloom::kinds::table;
use taskloom::model::{Address, Kind, Step, Verb};
use taskloom::plan::PlanAction;
use tokio::sync::watch;

use crate::support::{World, task, trigger_task};

const STEPS: [Step; 4] = [Step::Submit, Step::Start, Step::Pause, Step::Stop];

#[test]
fn every_verb_is_written_as_its_name_and_read_again() {
    let names = Verb::ALL.map(|verb| {
        let json = serde_json::to_value(verb).unwrap();
        assert_eq!(json, verb.name());
        assert_eq!(serde_json::from_value::<Verb>(json).unwrap(), verb);
        verb.name()
    });
    assert_eq!(names.join(" "), "create update delete adopt forget record submit start pause stop");
    assert!(serde_json::from_str::<Verb>("\"replace\"").is_err());
}

#[tokio::test(start_paused = true)]
async fn a_step_that_a_kind_does_not_have_fails_and_sends_nothing() {
    let world = World::new(Behaviour::default());
    let workflow = |kind: &str| {
        let kind = format!("apiVersion: wedata/2025-08-06\nkind: {kind}\nmetadata: {{name: a}}\n");
        format!("{kind}spec:\n  ParentFolderPath: /\n")
    };
    world.write("w.yaml", &workflow("Workflow"));
    world.write("tw.yaml", &workflow("TriggerWorkflow"));
    world.write("t.yaml", &task("a", "echo a", ""));
    world.write("tt.yaml", &trigger_task("a", "echo a"));
    let plan = world.plan().await;
    world.apply().await;
    for kind in Kind::ALL {
        for step in STEPS.into_iter().filter(|step| !table(kind).steps.contains(step)) {
            let mut wrong = plan.clone();
            wrong.changes.retain(|change| change.address == Address::new(kind, "a"));
            let change = &mut wrong.changes[0];
            (change.action, change.steps) = (PlanAction::Submit, vec![step]);
            change.fields.clear();
            let n_before = world.calls().len();
            let error = failure_of(&world, &wrong).await;
            assert_eq!(error, format!("{} has no step {step}: nothing was sent", kind.name()));
            let calls = world.calls().split_off(n_before);
            let is_read = |action: &str| action.starts_with("Get") || action.starts_with("List");
            assert!(calls.iter().all(|call| is_read(&call.action)), "{calls:?}");
        }
    }
}

/// Carries out a plan of one operation and returns why that failed.
async fn failure_of(world: &World, plan: &taskloom::plan::Plan) -> String {
    let desired = world.desired();
    let mut session = world.session().await.unwrap();
    let (_, observed) = session.look(&desired).await.unwrap();
    let mut failure = None;
    let (_stop, stop) = watch::channel(false);
    let report = &mut |event: taskloom::apply::OperationEvent<'_>| {
        if let OperationStatus::Failed(error) = event.status {
            failure = Some(error.to_string());
        }
    };
    session.carry_out(plan, &desired, &observed, stop, report).await.unwrap();
    failure.unwrap()
}
