//! The site of the admin that everyone has, where a project puts one of its own in its place.

use bartizan_ir::{EffectKind, FileIr, Value, ValueId};
use bartizan_project::{ClassRef, Entity, FileId, Project};
use bartizan_value::{Abstract, Evaluated, Questions, Site, Symbol};

use super::apps::Apps;
use super::framework::is_admin_site;

/// A site in the place of Django's own.
#[derive(Clone, Debug)]
pub(super) struct DefaultSite {
    /// An instance of its class.
    pub(super) made: Evaluated,
    /// Where `admin.site` is bound anew: what was registered before is shown on the old one, which no
    /// route leads to. `None` where Django makes the site, and everything is registered with it.
    pub(super) bound: Option<(FileId, u32)>,
}

/// The site that stands in the place of Django's own; `None` where none does.
///
/// Sources: Django, The Django admin site, "Overriding the default admin site"; for `admin.site = …`,
/// `django/contrib/admin/__init__.py`, whose name alone is bound anew.
pub(super) fn find(
    project: &Project,
    apps: &Apps,
    questions: &mut Questions<'_>,
) -> Option<DefaultSite> {
    named(project, apps, questions).or_else(|| bound(project, questions))
}

/// `default_site = "school.admin.SchoolSite"` of the class that configures the admin.
fn named(project: &Project, apps: &Apps, questions: &mut Questions<'_>) -> Option<DefaultSite> {
    apps.iter().find_map(|app| {
        let (file, class) = app.class?;
        let name = questions.class_attribute(file, class, "default_site")?;
        let Entity::Class(file, class) = project.find(name.value.as_str()?) else { return None };
        if !is_admin_site(project, ClassRef::Project(file, class)) {
            return None;
        }
        let values = &project.ir(file).values;
        let node = values.iter().position(|value| *value == Value::Class(class))?;
        let site = Site { file, node: ValueId::from_index(node) };
        let value = Abstract::made_by(Symbol::class(file, class), Vec::new());
        Some(DefaultSite { made: Evaluated { value, site }, bound: None })
    })
}

/// `admin.site = SchoolSite()`
fn bound(project: &Project, questions: &mut Questions<'_>) -> Option<DefaultSite> {
    project.files().find_map(|file| {
        let ir = project.ir(file);
        let site = ir.strings.find("site")?;
        ir.effects[ir.function(FileIr::module()).effects].iter().find_map(|effect| {
            let EffectKind::StoreAttr { object, name, value } = effect.kind else { return None };
            if name != site
                || project.dotted(project.resolve(file, object))? != "django.contrib.admin"
            {
                return None;
            }
            let made = questions.evaluate(file, value);
            let Abstract::Apply(apply) = &made.value else { return None };
            let Symbol::Class(of, class, _) = &apply.symbol else { return None };
            if !is_admin_site(project, ClassRef::Project(*of, *class)) {
                return None;
            }
            // Other questions are asked of it than these: no frame of theirs goes with it.
            let value = Abstract::made_by(Symbol::class(*of, *class), apply.args.clone());
            let made = Evaluated { value, site: made.site };
            Some(DefaultSite { made, bound: Some((file, effect.span.start)) })
        })
    })
}
