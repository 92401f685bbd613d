//! Attributes that code hangs on a class inside the configuration of an application, while it goes
//! through all of them: `meta = app.PluginMeta; meta.module = app.name`.

use bartizan_ir::{ClassId, EffectKind, FunctionKind, Value};
use bartizan_project::{FileId, Project};
use bartizan_value::{Abstract, Evaluated, Questions, Site, Symbol};

/// What such an attribute is; `None` where no code of the project sets it so, or several do.
pub(super) fn attached(
    project: &Project,
    questions: &mut Questions<'_>,
    (file, class): (FileId, ClassId),
    name: &str,
) -> Option<Abstract> {
    let own = project.ir(file);
    let record = own.class(class);
    let FunctionKind::ClassBody(around) = own.function(record.parent).kind else { return None };
    let called = own.str(record.name);
    let site = Site { file, node: bartizan_ir::ValueId::from_index(0) };
    let value = Abstract::made_by(Symbol::class(file, around), Vec::new());
    let instance = Evaluated { value, site };
    let mut found: Option<Abstract> = None;
    for other in project.files() {
        let ir = project.ir(other);
        let (Some(name), Some(called)) = (ir.strings.find(name), ir.strings.find(called)) else {
            continue;
        };
        for (_, function) in ir.functions() {
            for effect in &ir.effects[function.effects] {
                let EffectKind::StoreAttr { object, name: stored, value } = effect.kind else {
                    continue;
                };
                if stored != name {
                    continue;
                }
                let Value::Attr { of, name: read } = ir.value(ir.bare(object)) else { continue };
                if read != called {
                    continue;
                }
                let value = ir.bare(value);
                let is = match ir.value(value) {
                    _ if value == ir.bare(of) => instance.value.clone(),
                    Value::Attr { of: from, name } if ir.bare(from) == ir.bare(of) => {
                        questions.attribute(&instance, ir.str(name)).value.detached()
                    }
                    Value::Str(text) => Abstract::known_text(ir.str(text)),
                    _ => return None,
                };
                match &found {
                    Some(known) if *known != is => return None,
                    _ => found = Some(is),
                }
            }
        }
    }
    found
}
