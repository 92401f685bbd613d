//! Code that runs for every visitor and in no view: middleware, template tags and filters.

use bartizan_ir::{FunctionId, FunctionKind, Value};
use bartizan_project::{Entity, FileId};
use bartizan_value::Abstract;

use super::classes::Reader;
use super::{Place, Registries};
use crate::settings::{Settings, alternatives};

/// A tag or filter that templates of the project may use.
#[derive(Clone, Debug, PartialEq)]
pub struct TemplateTag {
    /// What it is.
    pub kind: TagKind,
    /// Its name in templates.
    pub name: String,
    /// Its code.
    pub function: (FileId, FunctionId),
    /// Where it is named.
    pub place: Place,
}

/// What templates use code as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TagKind {
    /// `{{ value|name }}`
    Filter,
    /// `{% name %}`
    Tag,
}

impl TagKind {
    /// The word for people and machines.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Filter => "filter",
            Self::Tag => "tag",
        }
    }
}

/// Middleware of the project, in the order in which it meets a request.
#[derive(Clone, Debug, PartialEq)]
pub struct Middleware {
    /// As the settings name it.
    pub name: String,
    /// Its place in the list, the outermost first.
    pub position: usize,
    /// Where its class or function is named.
    pub place: Place,
}

pub(super) fn read(
    reader: &Reader<'_, '_>,
    settings: Option<&Settings<'_>>,
    registries: &mut Registries,
) {
    tags(reader, registries);
    if let Some(settings) = settings {
        middleware(reader, settings, registries);
    }
}

/// `@register.filter`, `@register.simple_tag(name="total")`, `@register.inclusion_tag("cart.html")`
fn tags(reader: &Reader<'_, '_>, registries: &mut Registries) {
    let project = reader.project;
    for file in project.files() {
        let path = project.path(file);
        if !path.parent().split('/').any(|folder| folder == "templatetags") {
            continue;
        }
        let ir = project.ir(file);
        for (id, function) in ir.functions() {
            if function.kind != FunctionKind::Def {
                continue;
            }
            let told = ir.ids[function.decorators].iter().find_map(|by| {
                let (named, args) = match ir.value(ir.bare(*by)) {
                    Value::Call { callee, args } => (callee, Some(args)),
                    _ => (*by, None),
                };
                let Value::Attr { name, .. } = ir.value(ir.bare(named)) else { return None };
                let word = ir.str(name);
                let kind = match word {
                    "filter" => TagKind::Filter,
                    "tag" | "simple_tag" | "simple_block_tag" | "inclusion_tag" => TagKind::Tag,
                    _ => return None,
                };
                let mut args = args.map(|args| ir.args[args].iter()).into_iter().flatten();
                // The first argument of an inclusion tag is its template.
                let said = args.find_map(|arg| {
                    let is_name = match arg.kind {
                        bartizan_ir::ArgKind::Positional => matches!(word, "filter" | "tag"),
                        bartizan_ir::ArgKind::Keyword(key) => ir.str(key) == "name",
                        _ => false,
                    };
                    match ir.value(ir.bare(arg.value)) {
                        Value::Str(text) if is_name => Some(ir.str(text).to_owned()),
                        _ => None,
                    }
                });
                Some((kind, said.unwrap_or_else(|| ir.str(function.name).to_owned())))
            });
            if let Some((kind, name)) = told {
                let place = Place { file, span: function.name_span };
                registries.tags.push(TemplateTag { kind, name, function: (file, id), place });
            }
        }
    }
}

fn middleware(reader: &Reader<'_, '_>, settings: &Settings<'_>, registries: &mut Registries) {
    let project = reader.project;
    let Some(list) = settings.middleware() else { return };
    for (_, value) in alternatives(&list.value) {
        let Abstract::Seq(seq) = &value.value else { continue };
        for (position, item) in seq.items.iter().enumerate() {
            let Some(name) = item.value.as_str() else { continue };
            let place = match project.find(name) {
                Entity::Class(file, class) => {
                    Place { file, span: project.ir(file).class(class).name_span }
                }
                Entity::Function(file, function) => {
                    Place { file, span: project.ir(file).function(function).name_span }
                }
                _ => continue,
            };
            if registries.middleware.iter().all(|known| known.name != name) {
                registries.middleware.push(Middleware { name: name.to_owned(), position, place });
            }
        }
    }
}
