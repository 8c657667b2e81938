//! What the tables answer fits together: a kind that is added with half its answers is told so.

use taskloom::kinds::{
    ALL, Dependents, Field, FieldFormat, FolderField, Table, children, stages, table,
};
use taskloom::model::{Kind, Schedule};

#[test]
fn what_a_kind_holds_lies_in_it() {
    for one in ALL {
        if let Some(inside) = one.holds {
            assert_eq!(table(inside).home_kind(), Some(one.kind), "{}", one.kind);
        }
        if let Some(home) = one.home_kind() {
            assert_eq!(table(home).holds, Some(one.kind), "{}", one.kind);
            assert_eq!(one.refers_to.first(), Some(&home), "{}", one.kind);
        }
    }
}

#[test]
fn a_kind_refers_to_what_its_fields_name() {
    for one in ALL {
        let mut formats = Vec::new();
        walk(one.fields, &mut formats);
        if formats.contains(&FieldFormat::TaskId) {
            assert!(one.refers_to.contains(&one.kind), "{}", one.kind);
        }
        let names_home = formats.contains(&FieldFormat::WorkflowId);
        assert_eq!(names_home, one.home_kind().is_some(), "{}", one.kind);
    }
}

#[test]
fn what_is_referred_to_is_looked_at_first() {
    let order: Vec<Kind> = stages().into_iter().flatten().collect();
    assert_eq!(order, Kind::ALL);
    assert_eq!(order, ALL.iter().map(|one| one.kind).collect::<Vec<_>>());
}

#[test]
fn counterparts_are_mutual_and_never_taken_by_one_project() {
    for one in ALL {
        let Some(other) = one.counterpart.map(table) else { continue };
        assert_eq!(other.counterpart, Some(one.kind));
        assert!(one.mode.is_some() && other.mode.is_some() && one.mode != other.mode);
    }
}

#[test]
fn every_path_of_a_table_leads_to_a_field() {
    for one in ALL {
        let folder = match one.folder {
            FolderField::None => None,
            FolderField::OfWorkflows(field) | FolderField::OfTasks(field) => Some(field),
        };
        let mark = one.mark.filter(|path| !path.is_empty());
        for path in [Some(one.name), one.home_field(), folder, mark].into_iter().flatten() {
            assert!(one.field(path).is_some(), "{}: {path:?}", one.kind);
        }
    }
}

#[test]
fn schedules_begin_with_the_draft_and_what_is_refused_has_a_reason() {
    for one @ Table { kind, schedules, actions, .. } in ALL {
        assert_eq!(schedules.allowed.first(), Some(&Schedule::Draft), "{kind}");
        assert!(schedules.allowed.is_sorted(), "{kind}");
        let takes_all = schedules.allowed == Schedule::ALL;
        assert_eq!(takes_all, schedules.because.is_empty(), "{kind}");
        assert_eq!(takes_all, schedules.instead.is_empty(), "{kind}");
        assert_eq!(one.submits(), !actions.submit.is_empty(), "{kind}");
        assert_eq!(one.submits(), schedules.allowed.contains(&Schedule::Submitted), "{kind}");
    }
}

#[test]
fn what_waits_for_a_kind_can_be_listed() {
    for one in ALL {
        let lists = !one.actions.downstream.is_empty();
        assert_eq!(one.dependents() == Dependents::Downstream, lists, "{}", one.kind);
    }
}

fn walk(fields: &[Field], formats: &mut Vec<FieldFormat>) {
    for field in fields {
        formats.push(field.format);
        walk(children(field.shape).unwrap_or_default(), formats);
    }
}
