//! The tables of workflows agree with the API's own models.

use std::collections::BTreeMap;

use taskloom::kinds::{Field, Shape, children, table};
use taskloom::model::Kind;

/// Fields whose use differs from what the models allow, and how.
const EXCEPTIONS: &[(&str, &str)] = &[
    // The response contains the folder as the beginning of Path.
    ("ParentFolderPath", "c-g"),
    // The service generates the id of a trigger; Update sends it back.
    ("TriggerWorkflowSchedulerConfigurations[]/TriggerId", "-ug"),
    // A copy of the whole trigger, for reconciling.
    ("TriggerWorkflowSchedulerConfigurations[]/ExtraInfo", "--g"),
    // To be removed, according to the documentation.
    ("TriggerWorkflowSchedulerConfigurations[]/TriggerMinimumIntervalSecond", "--g"),
    ("TriggerWorkflowSchedulerConfigurations[]/TriggerWaitTimeSecond", "--g"),
];

#[test]
fn the_tables_of_workflows_agree_with_the_models_in_every_field() {
    let mut ours = BTreeMap::new();
    for kind in [Kind::Workflow, Kind::TriggerWorkflow] {
        for field in table(kind).fields {
            collect(kind, "", field, &mut ours);
        }
    }
    let mut theirs = BTreeMap::new();
    let text = include_str!("cases/facts/workflow_fields.tsv");
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let [kind, path, uses, shape, required] =
            line.split('\t').collect::<Vec<_>>().try_into().unwrap();
        let kind = Kind::ALL.into_iter().find(|known| known.name() == kind).unwrap();
        let exception = EXCEPTIONS.iter().find(|(known, _)| *known == path);
        let uses = exception.map_or_else(|| letters(uses), |(_, uses)| (*uses).to_owned());
        let row = (uses, shape.to_owned(), required == "required");
        theirs.insert((kind, path.to_owned()), row);
    }
    assert_eq!(ours, theirs);
    assert_eq!(theirs.len(), 68);
}

fn letters(uses: &str) -> String {
    ['c', 'u', 'g'].map(|letter| if uses.contains(letter) { letter } else { '-' }).iter().collect()
}

type Rows = BTreeMap<(Kind, String), (String, String, bool)>;

fn collect(kind: Kind, above: &str, field: &'static Field, found: &mut Rows) {
    let path = format!("{above}{}", field.name);
    let mut uses = String::new();
    for (used, letter) in
        [(field.uses.create, "c"), (field.uses.update, "u"), (field.uses.get, "g")]
    {
        uses.push_str(if used { letter } else { "-" });
    }
    let (shape, below) = match field.shape {
        Shape::Text => ("string", ""),
        Shape::Integer => ("integer", ""),
        Shape::Flag => ("bool", ""),
        Shape::Section(_) => ("object", "/"),
        Shape::List { .. } => ("list", "[]/"),
        Shape::Texts => ("strings", ""),
    };
    for inner in children(field.shape).unwrap_or_default() {
        collect(kind, &format!("{path}{below}"), inner, found);
    }
    found.insert((kind, path), (uses, shape.to_owned(), field.required));
}
