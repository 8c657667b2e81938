//! One file, from its bytes to drafts: nothing here knows of another file.

use std::path::Path;

use super::super::discover::Found;
use super::super::document::{self, Draft, Site};
use super::super::load::Request;
use super::super::spec::{Named, code_files, size};
use crate::yaml::{Node, Page, Problems, Source, Span, Trail, read_text, reader};

/// A file that was read and parsed, not yet understood.
pub(super) struct Parsed {
    pub found: Found,
    /// The files that it names as code.
    pub code: Named,
    page: Option<Page>,
    documents: Vec<Node>,
    problems: Problems,
}

/// A file whose manifests are read, but not yet checked against the others.
#[derive(Debug)]
pub(super) struct Understood {
    pub drafts: Vec<Draft>,
    pub problems: Problems,
    /// It could not be read whole.
    pub is_broken: bool,
}

/// Reads a file as YAML.
pub(super) fn parse(request: &Request, root: &Path, found: Found) -> Parsed {
    match read_text(&found.path, &found.name) {
        Err(problem) => {
            let problems = Problems(vec![*problem]);
            Parsed { found, code: Named::default(), page: None, documents: Vec::new(), problems }
        }
        Ok(text) => {
            let mut page = Page::new(Source::new(found.name.clone(), text));
            let documents = reader::read(&mut page);
            let problems = std::mem::take(&mut page.problems);
            let code = code_files::code_files(request, root, &found, &documents);
            Parsed { found, code, page: Some(page), documents, problems }
        }
    }
}

/// Reads the manifests of a file; its code files too.
pub(super) fn understand(request: &Request, root: &Path, file: Parsed) -> Understood {
    let Parsed { found, page, documents, mut problems, .. } = file;
    let is_broken = problems.has_errors();
    let mut drafts = Vec::new();
    if let Some(mut page) = page {
        let site = Site { request, root, path: &found.path };
        drafts = read_file(&mut page, site, &documents, is_broken);
        problems.0.append(&mut page.finish().0);
    }
    Understood { drafts, problems, is_broken }
}

fn read_file(page: &mut Page, site: Site<'_>, documents: &[Node], is_broken: bool) -> Vec<Draft> {
    let full: Vec<&Node> = documents.iter().filter(|node| !node.is_null()).collect();
    if full.is_empty() && !is_broken {
        let span = Span { line: 1, column: 1, end_line: 1, end_column: 1 };
        page.warning(span, Trail::Root, "this file holds no manifest".to_owned());
    }
    let mut drafts = Vec::new();
    for node in full {
        if let Some(mut draft) = document::read(page, site, node) {
            draft.sound &= size::fits(page, site.request, &draft);
            drafts.push(draft);
        }
    }
    drafts
}
