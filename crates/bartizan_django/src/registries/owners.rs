//! Whose a row is: the ways from a model to a user or to a tenant.

use super::models::{ModelRef, Relation};
use super::{ModelId, Registries};

/// A way from a model to whom its rows belong.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Owner {
    /// As a lookup: `order__customer`.
    pub path: String,
    /// What stands at its end.
    pub kind: OwnerKind,
}

/// To whom a row belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum OwnerKind {
    /// One user.
    User,
    /// Several users.
    Members,
    /// A tenant: a company, a clinic, a team.
    Tenant,
}

/// Steps beyond which nobody is called an owner.
const FARTHEST: usize = 3;

/// Ways beyond which no more are told.
const MOST: usize = 12;

/// Names of models whose rows are tenants.
const TENANTS: &[&str] = &[
    "account",
    "client",
    "clinic",
    "company",
    "group",
    "institution",
    "organisation",
    "organization",
    "organizer",
    "project",
    "school",
    "shop",
    "site",
    "store",
    "team",
    "tenant",
    "vendor",
    "workspace",
];

/// Names of fields that point at a user, yet at nobody to whom the row belongs.
const NOT_OWNERS: &[&str] =
    &["modified_by", "updated_by", "edited_by", "approved_by", "reviewed_by"];

impl Registries {
    /// The ways from a model to its owners, the shortest first.
    pub fn owners(&self, model: ModelId) -> Vec<Owner> {
        let mut found = Vec::new();
        let mut seen = vec![model];
        let mut ahead: Vec<(ModelId, String)> = vec![(model, String::new())];
        for _ in 0..FARTHEST {
            let mut next = Vec::new();
            for (at, path) in ahead {
                for field in &self.model(at).fields {
                    let Some((relation, to)) = &field.relation else { continue };
                    if NOT_OWNERS.contains(&&*field.name) {
                        continue;
                    }
                    let path = match path.is_empty() {
                        true => field.name.clone(),
                        false => format!("{path}__{}", field.name),
                    };
                    if self.is_user(to) {
                        let kind = match relation {
                            Relation::ManyToMany => OwnerKind::Members,
                            Relation::Many | Relation::One => OwnerKind::User,
                        };
                        found.push(Owner { path, kind });
                    } else if let ModelRef::Own(id) = to
                        && *relation != Relation::ManyToMany
                        && !seen.contains(id)
                    {
                        seen.push(*id);
                        if self.is_tenant(*id) {
                            found.push(Owner { path: path.clone(), kind: OwnerKind::Tenant });
                        }
                        next.push((*id, path));
                    }
                    if found.len() >= MOST {
                        return found;
                    }
                }
            }
            ahead = next;
        }
        found
    }

    /// Whether the rows of a model are tenants: it is called so, and users belong to it.
    pub fn is_tenant(&self, model: ModelId) -> bool {
        let of = self.model(model);
        let name = of.name.to_lowercase();
        if !TENANTS.iter().any(|tenant| name.ends_with(tenant)) {
            return false;
        }
        let belongs = |to: &ModelRef| self.is_user(to);
        of.fields.iter().any(|field| field.relation.as_ref().is_some_and(|(_, to)| belongs(to)))
            || self.models.iter().any(|other| {
                let refers = |to: &ModelRef| *to == ModelRef::Own(model);
                let related = || other.fields.iter().filter_map(|field| field.relation.as_ref());
                related().any(|(_, to)| refers(to))
                    && (related().any(|(_, to)| belongs(to))
                        || self.user.is_some_and(|user| self.model(user).class == other.class))
            })
    }
}
