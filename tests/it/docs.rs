//! What docs/ARCHITECTURE.md and CONTRIBUTING.md say of files, functions and layers is there.

use std::fs;
use std::path::{Path, PathBuf};

const PAGES: [&str; 2] = ["docs/ARCHITECTURE.md", "CONTRIBUTING.md"];

#[test]
fn every_step_of_a_journey_names_a_function_of_its_file() {
    let page = read("docs/ARCHITECTURE.md");
    let journeys = page.split("\n## Journeys").nth(1).expect("the page has its journeys");
    let journeys = journeys.split("\n## ").next().unwrap();
    assert_eq!(journeys.matches("\n### ").count(), 4, "four journeys");
    let mut n_steps = 0;
    let mut wrong = Vec::new();
    for line in journeys.lines().filter(|line| line.starts_with(|c: char| c.is_ascii_digit())) {
        let mut quoted = line.split('`').skip(1).step_by(2);
        let (file, function) = (quoted.next().unwrap(), quoted.next().unwrap());
        n_steps += 1;
        let Ok(text) = fs::read_to_string(root().join("src").join(file)) else {
            wrong.push(format!("there is no src/{file}: {line}"));
            continue;
        };
        let name = function.rsplit("::").next().unwrap();
        let named = |text: &str| {
            let after = text.split(&format!("fn {name}")).nth(1)?.chars().next();
            after.filter(|c| ['(', '<'].contains(c))
        };
        if named(&text).is_none() {
            wrong.push(format!("src/{file} has no function {name}"));
        }
        // `Type::function` names a type that the file implements.
        if let Some((of, _)) = function.rsplit_once("::")
            && !text.lines().any(|line| line.starts_with("impl") && line.contains(of))
        {
            wrong.push(format!("src/{file} implements no {of}"));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
    assert!(n_steps >= 24, "only {n_steps} steps");
}

#[test]
fn every_file_that_the_pages_name_is_there() {
    let mut wrong = Vec::new();
    for page in PAGES {
        let text = read(page);
        for quoted in text.split('`').skip(1).step_by(2) {
            let starts = ["src/", "tests/", "benches/", "docs/", ".ci/"];
            let is_path = starts.iter().any(|start| quoted.starts_with(start));
            // `src/kinds/tables/KIND.rs` stands for a file that is to be made.
            let is_plain = !quoted.contains(['*', '<', '{', ' ', '…']) && !quoted.contains("KIND");
            let path = root().join(quoted);
            if is_path && is_plain && !path.exists() && !path.with_extension("rs").exists() {
                wrong.push(format!("{page}: {quoted}"));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn the_table_of_layers_is_the_order_of_the_rooms() {
    let page = read("docs/ARCHITECTURE.md");
    let layers = page.split("\n## Layers").nth(1).expect("the page has its layers");
    let layers = layers.split("\n## ").next().unwrap();
    let told: Vec<&str> =
        layers.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next()).collect();
    let lib = read("src/lib.rs");
    let rooms: Vec<&str> =
        lib.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';')).collect();
    assert_eq!(told, rooms);
}

fn read(page: &str) -> String {
    fs::read_to_string(root().join(page)).unwrap_or_else(|error| panic!("{page}: {error}"))
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}
