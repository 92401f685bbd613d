//! uv's table: constraints, overrides, indexes, and where each package comes from.

use crate::formats::table::{Sheet, source_of};
use crate::node::Node;
use crate::{Address, Group, Marker, NamedIndex, PackageName, RequirementKind};

pub(super) fn read(sheet: &mut Sheet<'_>, tool: &Node) {
    let Some(uv) = tool.get("uv") else { return };
    let lists = [
        ("dev-dependencies", Group::Development("dev".to_owned()), RequirementKind::Wanted),
        ("constraint-dependencies", Group::Production, RequirementKind::Constraint),
        ("override-dependencies", Group::Production, RequirementKind::Override),
        ("build-constraint-dependencies", Group::Build, RequirementKind::Constraint),
    ];
    for (key, group, kind) in lists {
        if let Some(list) = uv.get(key) {
            sheet.texts(list, &group, kind);
        }
    }
    for (package, extra) in uv.get("extra-build-dependencies").map_or(&[][..], Node::entries) {
        // Each entry is a text, or a table with the text as `requirement`.
        let _ = package;
        for item in extra.items() {
            let item = item.get("requirement").unwrap_or(item);
            sheet.text(item, &Group::Build, RequirementKind::Wanted);
        }
    }
    indexes(sheet, uv);
    if let Some(pip) = uv.get("pip") {
        indexes(sheet, pip);
    }
    for (key, value) in uv.get("sources").map_or(&[][..], Node::entries) {
        let Some(name) = PackageName::new(&key.text) else { continue };
        let alternatives =
            if value.items().is_empty() { std::slice::from_ref(value) } else { value.items() };
        for table in alternatives {
            place(sheet, &name, table);
        }
    }
}

/// Says of the requirements called `name` where they come from.
fn place(sheet: &mut Sheet<'_>, name: &PackageName, table: &Node) {
    let Some(source) = source_of(table) else { return };
    let marker = table.text_at("marker").map(Marker::parse);
    let editable = table.get("editable").is_some_and(Node::is_true);
    let wanted = sheet.manifest.requirements.iter_mut().filter(|requirement| {
        requirement.name == *name && requirement.kind == RequirementKind::Wanted
    });
    for requirement in wanted {
        // Of several sources for different systems, the first is shown.
        if requirement.source == crate::Source::Index
            && (marker.is_none() || requirement.marker.is_none() || requirement.marker == marker)
        {
            requirement.source = source.clone();
            requirement.editable |= editable;
        }
    }
}

fn indexes(sheet: &mut Sheet<'_>, table: &Node) {
    for index in table.get("index").map_or(&[][..], Node::items) {
        let Some(url) = index.get("url") else { continue };
        let is = |key: &str| index.get(key).is_some_and(Node::is_true);
        sheet.manifest.options.named_indexes.push(NamedIndex {
            name: index.text_at("name").unwrap_or("").to_owned(),
            url: Address::new(url.text().unwrap_or("")),
            explicit: is("explicit"),
            default: is("default"),
            verify: true,
            place: sheet.source.place(url.span),
        });
    }
    if let Some(url) = table.get("index-url") {
        sheet.manifest.options.index_urls.extend(sheet.address(url));
    }
    for (key, into) in [("extra-index-url", 0), ("find-links", 1)] {
        let Some(list) = table.get(key) else { continue };
        let found: Vec<_> =
            sheet.one_or_many(list).into_iter().filter_map(|node| sheet.address(node)).collect();
        match into {
            0 => sheet.manifest.options.extra_index_urls.extend(found),
            _ => sheet.manifest.options.find_links.extend(found),
        }
    }
    for host in table.get("allow-insecure-host").map_or(&[][..], Node::items) {
        if let Some(text) = host.text() {
            let host = sheet.located(text.to_owned(), host);
            sheet.manifest.options.trusted_hosts.push(host);
        }
    }
    let flags = [("no-index", 0), ("require-hashes", 1)];
    for (key, which) in flags {
        let Some(node) = table.get(key).filter(|node| node.is_true()) else { continue };
        let place = Some(sheet.source.place(node.span));
        match which {
            0 => sheet.manifest.options.no_index = place,
            _ => sheet.manifest.options.require_hashes = place,
        }
    }
}
