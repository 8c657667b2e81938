//! The code of a task in a manifest: one of `CodeFile`, `Code` and `CodeContent`.

use std::collections::BTreeMap;

use super::code;
use super::decoder::{SpecDecoder, TypedValue};
use crate::model::{Code, Value};
use crate::yaml::{FieldPath, Span, YamlEntry};

impl SpecDecoder<'_> {
    /// Reads the one of CodeFile, Code and CodeContent that is present.
    pub(super) fn code(
        &mut self,
        entries: &[YamlEntry],
        path: FieldPath<'_>,
        map: &mut BTreeMap<String, Value>,
    ) {
        let names = ["CodeFile", "Code", "CodeContent"];
        let named =
            |entry: &&YamlEntry| names.contains(&entry.key.as_str()) && !entry.value.is_null();
        let mut found = entries.iter().filter(named);
        let Some(first) = found.next() else { return };
        if let Some(second) = found.next() {
            let message = format!("{} and {} both give the code", first.key, second.key);
            let location = self.diagnostics.location(first.key_span, path);
            let problem = self.diagnostics.error(second.key_span, path.key(&second.key), message);
            problem.help("keep one of them").see("the other one", &location);
            return;
        }
        let path = path.key(&first.key);
        let Some(text) = self.diagnostics.text(&first.value, path) else { return };
        let content = match first.key.as_str() {
            "CodeFile" => self.code_file(text, first.value.span, path),
            "Code" => Some(Code::from(text)),
            _ => self.code_content(text, first.value.span, path),
        };
        if let Some(content) = content {
            map.insert("CodeContent".to_owned(), Value::Code(content));
        }
    }

    fn code_content(&mut self, text: &str, span: Span, path: FieldPath<'_>) -> Option<Code> {
        let content = Code::decode(text);
        if content.is_none() {
            let message = "CodeContent is not Base64".to_owned();
            let help = "for plain text use `Code: |`, or `CodeFile: PATH`";
            self.diagnostics.error(span, path, message).help(help);
        }
        content
    }

    fn code_file(&mut self, text: &str, span: Span, path: FieldPath<'_>) -> Option<Code> {
        let name = (TypedValue { text, span }).expand(self, path)?;
        let Value::Text(name) = self.open("CodeFile", name, span, path)? else {
            self.diagnostics.error(span, path, "a path cannot contain ids".to_owned());
            return None;
        };
        match code::read(self.root, self.manifest, &name) {
            Ok(content) => Some(content),
            Err(error) => {
                self.diagnostics.error(span, path, error.to_string()).help = error.help();
                None
            }
        }
    }
}
