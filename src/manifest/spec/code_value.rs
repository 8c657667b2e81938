//! The code of a task in a manifest: one of `CodeFile`, `Code` and `CodeContent`.

use std::collections::BTreeMap;

use super::code;
use super::decoder::{SpecDecoder, TypedValue};
use crate::model::{Code, Value};
use crate::yaml::{FieldPath, Span, YamlEntry};

impl SpecDecoder<'_> {
    /// Reads whichever of CodeFile, Code and CodeContent is there.
    pub(super) fn code(
        &mut self,
        entries: &[YamlEntry],
        trail: FieldPath<'_>,
        map: &mut BTreeMap<String, Value>,
    ) {
        let names = ["CodeFile", "Code", "CodeContent"];
        let named =
            |entry: &&YamlEntry| names.contains(&entry.key.as_str()) && !entry.value.is_null();
        let mut found = entries.iter().filter(named);
        let Some(first) = found.next() else { return };
        if let Some(second) = found.next() {
            let message = format!("{} and {} both give the code", first.key, second.key);
            let spot = self.page.spot(first.key_span, trail);
            let problem = self.page.error(second.key_span, trail.key(&second.key), message);
            problem.help("keep one of them").see("the other one", &spot);
            return;
        }
        let trail = trail.key(&first.key);
        let Some(text) = self.page.text(&first.value, trail) else { return };
        let content = match first.key.as_str() {
            "CodeFile" => self.code_file(text, first.value.span, trail),
            "Code" => Some(Code::from(text)),
            _ => self.code_content(text, first.value.span, trail),
        };
        if let Some(content) = content {
            map.insert("CodeContent".to_owned(), Value::Code(content));
        }
    }

    fn code_content(&mut self, text: &str, span: Span, trail: FieldPath<'_>) -> Option<Code> {
        let content = Code::decode(text);
        if content.is_none() {
            let message = "CodeContent is not Base64".to_owned();
            let help = "for plain text use `Code: |`, or `CodeFile: PATH`";
            self.page.error(span, trail, message).help(help);
        }
        content
    }

    fn code_file(&mut self, text: &str, span: Span, trail: FieldPath<'_>) -> Option<Code> {
        let name = (TypedValue { text, span }).expand(self, trail)?;
        let Value::Text(name) = self.open("CodeFile", name, span, trail)? else {
            self.page.error(span, trail, "a path holds no ids".to_owned());
            return None;
        };
        match code::read(self.root, self.manifest, &name) {
            Ok(content) => Some(content),
            Err(error) => {
                self.page.error(span, trail, error.to_string()).help = error.help();
                None
            }
        }
    }
}
