//! Validation with a JSON Schema.

use std::path::{Path, PathBuf};

use boon::{Compiler, SchemaIndex, Schemas};
use serde_json::Value as Json;

/// A compiled schema that is itself valid according to the schema of schemas.
pub struct Judge {
    schemas: Schemas,
    index: SchemaIndex,
}

impl Judge {
    /// Compiles a schema; nothing is fetched.
    pub fn new(schema: &Json) -> Judge {
        let name = schema["$id"].as_str().unwrap();
        let (mut schemas, mut compiler) = (Schemas::new(), Compiler::new());
        compiler.add_resource(name, schema.clone()).unwrap();
        let index = compiler.compile(name, &mut schemas).unwrap();
        Judge { schemas, index }
    }

    /// Returns what is wrong with a document; None if it is valid.
    pub fn complaint(&self, document: &Json) -> Option<String> {
        self.schemas.validate(document, self.index).err().map(|error| format!("{error:#}"))
    }
}

/// Returns the manifest files of the repository, including taskloom.yaml.
pub fn shipped() -> Vec<PathBuf> {
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("manifests");
    let files = walkdir::WalkDir::new(from)
        .sort_by_file_name()
        .into_iter()
        .filter_entry(|entry| entry.file_name() != ".taskloom")
        .map(|entry| entry.unwrap().into_path());
    files.filter(|path| path.extension().is_some_and(|e| e == "yaml")).collect()
}
