//! Checks manifests against each other: names, references, cycles of dependencies.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::manifest_draft::ManifestDraft;
use super::spec::{Dependency, ReferenceUse, against_table};
use crate::kinds;
use crate::model::{Address, DesiredResource, Kind, ManifestPlace, WaitGraph};
use crate::yaml::{Location, Problem, Problems, Severity, nearest, quote};

/// Checks the manifests against each other and returns those without an error of their own, and
/// those that `target` leaves out.
///
/// `unread` lists files that could not be read in full: what is missing may be declared there.
pub(crate) fn resolve(
    drafts: &[&ManifestDraft],
    target: &str,
    unread: &BTreeSet<&str>,
    problems: &mut Problems,
) -> (BTreeMap<Address, Arc<DesiredResource>>, BTreeMap<Address, ManifestPlace>) {
    let names = unique(drafts, problems);
    for draft in drafts {
        for used in &draft.uses {
            match names.get(&used.address).filter(|needed| needed.excluded) {
                Some(needed) => problems.0.push(elsewhere(draft, used, needed, target)),
                None => problems.0.extend(missing(used, &names, unread)),
            }
        }
        for dependency in &draft.dependencies {
            let upstream = dependency.upstream.as_ref();
            let declared = upstream.and_then(|address| names.get(address));
            if upstream.is_some() && declared.is_none_or(|draft| draft.excluded) {
                continue;
            }
            let cycle = declared.map(|draft| draft.cycle.as_str());
            problems.0.extend(against_table(dependency, &draft.cycle, cycle));
        }
    }
    former_names(drafts, &names, problems);
    same_task(drafts, problems);
    cycles(&names, problems);
    let (excluded, wanted): (Vec<&ManifestDraft>, Vec<&ManifestDraft>) =
        drafts.iter().filter(|draft| draft.sound).partition(|draft| draft.excluded);
    let place = |draft: &ManifestDraft| (draft.address.clone(), draft.resource.place.clone());
    let resource = |draft: &ManifestDraft| (draft.address.clone(), Arc::clone(&draft.resource));
    let wanted = wanted.into_iter().map(resource).collect();
    (wanted, excluded.into_iter().map(place).collect())
}

/// Returns whether one manifest can replace another without changing the result of the checks
/// between manifests. Its place is irrelevant: it appears only in problems.
pub(crate) fn is_tied_alike(a: &ManifestDraft, b: &ManifestDraft) -> bool {
    // Each field by name: what a later check reads must be compared here too.
    let ManifestDraft { address, resource, uses, dependencies, cycle, formerly, .. } = a;
    let ManifestDraft { sound, excluded, forced_draft, location: _, digest: _, .. } = a;
    let names = |draft: &ManifestDraft| {
        let (kind, spec) = (draft.address.kind, &draft.resource.spec);
        let name = kinds::task_name(kind, spec).map(str::to_owned);
        (name, kinds::table(kind).home_field().and_then(|field| spec.at(field)).cloned())
    };
    let needs = |uses: &[ReferenceUse]| -> Vec<_> {
        uses.iter().map(|used| (used.address.clone(), used.only)).collect()
    };
    let former = |formerly: &[(Address, Location)]| -> Vec<_> {
        formerly.iter().map(|(address, _)| address.clone()).collect()
    };
    let is_same = |(a, b): (&Dependency, &Dependency)| {
        a.upstream == b.upstream && a.main == b.main && a.subordinate == b.subordinate
    };
    *address == b.address
        && resource.formerly == b.resource.formerly
        && needs(uses) == needs(&b.uses)
        && dependencies.len() == b.dependencies.len()
        && dependencies.iter().zip(&b.dependencies).all(is_same)
        && *cycle == b.cycle
        && former(formerly) == former(&b.formerly)
        && (*sound, *excluded, *forced_draft) == (b.sound, b.excluded, b.forced_draft)
        && names(a) == names(b)
}

/// Returns the error of a manifest that needs one which the target leaves out.
fn elsewhere(
    draft: &ManifestDraft,
    used: &ReferenceUse,
    needed: &ManifestDraft,
    target: &str,
) -> Problem {
    let (user, needed_name) = (&draft.address, &needed.address);
    let message =
        format!("{user} needs {needed_name}, which the target {} leaves out", quote(target));
    let mut problem = error(&used.location, message);
    problem
        .help(format!("include {needed_name} in the target too, or leave {user} out"))
        .see("what is left out", &needed.location);
    problem
}

fn error(location: &Location, message: String) -> Problem {
    Problem::at(location, Severity::Error, message)
}

/// Returns the first manifest of each address; the others are errors.
fn unique<'d>(
    drafts: &[&'d ManifestDraft],
    problems: &mut Problems,
) -> BTreeMap<&'d Address, &'d ManifestDraft> {
    let mut names: BTreeMap<&Address, &ManifestDraft> = BTreeMap::new();
    for draft in drafts {
        match names.get(&draft.address) {
            None => {
                names.insert(&draft.address, draft);
            }
            Some(first) => {
                let place = first.location.name();
                let message = format!("{} is already declared: {place}", draft.address);
                let mut problem = error(&draft.location, message);
                problem.see("first here", &first.location);
                problems.0.push(problem);
            }
        }
    }
    names
}

fn missing(
    used: &ReferenceUse,
    names: &BTreeMap<&Address, &ManifestDraft>,
    unread: &BTreeSet<&str>,
) -> Option<Problem> {
    let ReferenceUse { address, location, only } = used;
    if let Some(kind) = only.filter(|kind| *kind != address.kind) {
        let message = format!("a {kind} cannot depend on {address}");
        let mut problem = error(location, message);
        let same = Address::new(kind, &*address.name);
        if names.contains_key(&same) {
            problem.help(format!("did you mean `{}`?", reference(&same)));
            problem.replace_by(reference(&same));
        }
        return Some(problem);
    }
    if names.contains_key(address) {
        return None;
    }
    let mut problem = error(location, format!("there is no {address}"));
    let other = Kind::ALL.into_iter().map(|kind| Address::new(kind, &*address.name));
    let mut other = other.filter(|address| names.contains_key(address) && only.is_none());
    let of_kind = names.keys().filter(|known| known.kind == address.kind);
    let close = nearest(&address.name, of_kind.map(|known| known.name.as_str()));
    let close = close.map(|name| Address::new(address.kind, name)).or_else(|| other.next());
    if let Some(close) = close {
        problem.help(format!("did you mean `{}`?", reference(&close)));
        problem.replace_by(reference(&close));
    } else if let Some(file) = unread.first() {
        problem.help(format!("it may be in {file}, which cannot be read"));
    } else {
        problem.help("declare it, or write the id of one that is managed elsewhere");
    }
    Some(problem)
}

fn reference(address: &Address) -> String {
    format!("${{{}.{}.id}}", address.kind.reference_word(), address.name)
}

fn former_names(
    drafts: &[&ManifestDraft],
    names: &BTreeMap<&Address, &ManifestDraft>,
    problems: &mut Problems,
) {
    let mut claimed: BTreeMap<&Address, &Location> = BTreeMap::new();
    for (former, location) in drafts.iter().flat_map(|draft| &draft.formerly) {
        if let Some(now) = names.get(former) {
            let message = format!("{former} is still there: {}", now.location.name());
            let mut problem = error(location, message);
            problem.see("still declared here", &now.location);
            problems.0.push(problem);
        } else if let Some(first) = claimed.insert(former, location) {
            let message = format!("{former} was already renamed: {}", first.name());
            let mut problem = error(location, message);
            problem.see("first here", first);
            problems.0.push(problem);
        }
    }
}

/// Warns of two manifests that would create tasks with the same name in one workflow.
fn same_task(drafts: &[&ManifestDraft], problems: &mut Problems) {
    let mut seen: HashMap<(Kind, &str, Cow<'_, str>), &ManifestDraft> = HashMap::new();
    for draft in drafts {
        let kind = draft.address.kind;
        let spec = &draft.resource.spec;
        let table = kinds::table(kind);
        let home_field = table.home_field();
        let home = home_field.map(|field| spec.at(field));
        let Some(name) = kinds::task_name(kind, spec).filter(|_| home != Some(None)) else {
            continue;
        };
        let workflow = match home.flatten().map(|home| (home, home.as_text())) {
            None => Cow::Borrowed(""),
            Some((_, Some(id))) => Cow::Borrowed(id),
            Some((home, None)) => Cow::Owned(home.to_json().to_string()),
        };
        let Some(first) = seen.insert((kind, name, workflow), draft) else {
            continue;
        };
        if first.address == draft.address {
            continue;
        }
        let word = |path: &[&'static str]| path.last().copied().unwrap_or_default();
        let home = home_field.map_or(String::new(), |field| format!(" and {}", word(field)));
        let message = format!("{} has the same {}{home}", first.address, word(table.name));
        let mut problem = Problem::at(&draft.location, Severity::Warning, message);
        problem.see("the other one", &first.location);
        problems.0.push(problem);
    }
}

/// Reports every cycle of references once, with all of its members.
fn cycles(names: &BTreeMap<&Address, &ManifestDraft>, problems: &mut Problems) {
    let needs = names.iter().map(|(address, draft)| {
        let needs: BTreeSet<&Address> = draft.uses.iter().map(|used| &used.address).collect();
        (*address, needs)
    });
    let mut graph = WaitGraph::new(needs.collect());
    loop {
        graph.run_out();
        let cycle = graph.circle();
        if cycle.is_empty() {
            return;
        }
        problems.0.push(cycle_problem(&cycle, names));
        graph.release(cycle);
    }
}

fn cycle_problem(cycle: &[&Address], names: &BTreeMap<&Address, &ManifestDraft>) -> Problem {
    let next = |number: usize| cycle.get(number + 1).or(cycle.first()).copied();
    let steps: Vec<(&Address, &Location)> = (0..cycle.len())
        .filter_map(|number| {
            let (from, to) = (cycle.get(number)?, next(number)?);
            let used = names.get(from)?.uses.iter().find(|used| used.address == *to)?;
            Some((*from, &used.location))
        })
        .collect();
    let Some((first, location)) = steps.first() else {
        return Problem::of_file("", "a cycle of dependencies".to_owned());
    };
    let message = if steps.len() == 1 {
        format!("{first} depends on itself")
    } else {
        let walk: Vec<String> = steps
            .iter()
            .map(|(address, location)| format!("{address} ({})", location.name()))
            .collect();
        format!("a cycle of dependencies: {} -> {first}", walk.join(" -> "))
    };
    let mut problem = error(location, message);
    for (address, location) in steps.iter().skip(1) {
        problem.see(format!("{address} goes on"), location);
    }
    problem
}
