//! The documented requests, applied: no perpetual difference, however the service behaves.

use std::fs;
use std::path::Path;

use taskloom::emulator::{
    Behaviour, FieldSpelling, ListOrder, ListReading, MissingReading, NameFilter, ServerKeys,
    ServiceIds, TriggerVersions,
};
use taskloom::observe::Refresh;

use crate::support::World;

/// Every behaviour of responses that the documentation leaves open.
fn behaviours() -> Vec<Behaviour> {
    let plain = Behaviour::default;
    vec![
        plain(),
        Behaviour { spelling: FieldSpelling::New, show_folder: true, ..plain() },
        Behaviour { spelling: FieldSpelling::Both, order: ListOrder::Shuffled, ..plain() },
        Behaviour { missing: MissingReading::Null, name_filter: NameFilter::Exact, ..plain() },
        Behaviour {
            server_keys: ServerKeys::Kept,
            trigger_list: ListReading::BothKinds,
            ..plain()
        },
        Behaviour { service_ids: ServiceIds::Wrapped, list_delay: 2, get_delay: 2, ..plain() },
        Behaviour { trigger_versions: TriggerVersions::Null, ..plain() },
    ]
}

/// Puts every documented request into a separate manifest; `edit` may change its text.
fn write_all(world: &World, edit: impl Fn(&str) -> String) -> usize {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/cases/requests");
    let mut n_manifests = 0;
    for kind in ["Task", "TriggerTask"] {
        let mut files: Vec<_> =
            fs::read_dir(cases.join(kind)).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        for file in files {
            let mut request: serde_json::Value =
                serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
            request.as_object_mut().unwrap().remove("ProjectId");
            let name = file.file_stem().unwrap().to_string_lossy().replace([' ', '.'], "-");
            let manifest = serde_json::json!({
                "apiVersion": "wedata/2025-08-06",
                "kind": kind,
                "metadata": {"name": name},
                "spec": request,
            });
            world.write(&format!("{kind}-{name}.json"), &edit(&manifest.to_string()));
            n_manifests += 1;
        }
    }
    n_manifests
}

#[tokio::test(start_paused = true)]
async fn after_any_apply_the_next_plan_is_empty() {
    for behaviour in behaviours() {
        let mut world = World::new(behaviour.clone());
        let n_manifests = write_all(&world, str::to_owned);
        let pass = world.apply().await;
        assert_eq!(pass.tally.done, n_manifests, "{behaviour:?}\n{:#?}", pass.log);
        for refresh in [Refresh::Moved, Refresh::Full] {
            world.refresh = refresh;
            let text = world.plan_text().await;
            assert!(text.starts_with("No changes"), "{behaviour:?} {refresh:?}\n{text}");
        }
        write_all(&world, |text| {
            text.replace("\"TaskDescription\":\"", "\"TaskDescription\":\"new ")
        });
        let pass = world.apply().await;
        assert_eq!((pass.tally.failed, pass.tally.skipped), (0, 0), "{:#?}", pass.log);
        assert!(pass.tally.done > n_manifests / 2, "{:#?}", pass.log);
        let text = world.plan_text().await;
        assert!(text.starts_with("No changes"), "{behaviour:?} after the update\n{text}");
    }
}
