//! Whether a module raises as it is imported.

use bartizan_ir::{EffectKind, FileIr, Value, ValueId};

use super::Thrown;
use crate::analysis::is_dead;
use crate::reason::Reason;
use crate::session::{Act, Session};
use crate::world::{Imported, Module};

impl Session<'_> {
    /// Whether `from module import *` raises: there is no such module.
    pub(super) fn star_raises(
        &mut self,
        home: Act,
        module: &str,
        level: u32,
    ) -> Result<Option<Thrown>, Reason> {
        match self.world.import(self.frame_of(home).file, module, level) {
            Imported::Module(module) => Ok(self.module_raises(module)),
            Imported::Missing => Ok(Some(Thrown::Builtin("ModuleNotFoundError"))),
            Imported::External(module) if self.is_left_to_each_machine(&module) => {
                Ok(Some(Thrown::Builtin("ModuleNotFoundError")))
            }
            Imported::External(module) if is_always_there(&module) => Ok(None),
            Imported::External(_) => Err(Reason::MayRaise),
        }
    }

    /// What the body of a module of the project certainly raises as it is imported: it imports what is not
    /// there, says `raise`, or asks for a key that is missing. What it only may raise is left aside: who
    /// imports a module of the project means to have it.
    pub(crate) fn module_raises(&mut self, module: Module) -> Option<Thrown> {
        let file = self.world.file_of(module)?;
        if let Some(known) = self.raising.get(&file) {
            return known.clone();
        }
        // A module that is in the midst of its own import raises nothing to who imports it again.
        self.raising.insert(file, None);
        let frame = self.file_frame(file);
        let root = self.frames[frame as usize].root;
        let found = self.body_certainly_raises(root);
        self.raising.insert(file, found.clone());
        found
    }

    fn body_certainly_raises(&mut self, root: Act) -> Option<Thrown> {
        let ir = self.ir(root);
        let is_tried = |at: usize| {
            let holds =
                |tried: &bartizan_ir::Try| (tried.start as usize..tried.end as usize).contains(&at);
            ir.tries.iter().any(|tried| !tried.handlers.is_empty() && holds(tried))
        };
        let mut ends = ir.values.len();
        for stretch in ir.stretches.iter().rev() {
            if stretch.function == FileIr::module() {
                break;
            }
            ends = stretch.start as usize;
        }
        for at in 0..ends {
            let id = ValueId::from_index(at);
            let value = ir.value(id);
            if !matches!(value, Value::Import { .. } | Value::Star { .. } | Value::Index { .. }) {
                continue;
            }
            let stretch = ir.stretch(id);
            if stretch.function != FileIr::module()
                || is_tried(at)
                || self.analysis(root).is_in_comp(id)
                || self.analysis(root).loop_of(stretch.path).is_some()
                || self.holds(root, stretch.path) != Ok(true)
            {
                continue;
            }
            if let Ok(Some(thrown)) = self.node_raises(root, id) {
                return Some(thrown);
            }
        }
        for effect in &ir.effects[ir.function(FileIr::module()).effects] {
            let EffectKind::Raise(Some(exception)) = effect.kind else { continue };
            if !is_dead(ir, effect.path)
                && !is_tried(exception.index())
                && self.holds(root, effect.path) == Ok(true)
            {
                let exception = self.eval(root, exception);
                return self.thrown(&exception).ok();
            }
        }
        None
    }

    /// Whether a module that is not in the tree is one that each machine has of its own, as it has
    /// variables: who assumes that none is set may assume that it is not there.
    pub(crate) fn is_left_to_each_machine(&self, module: &str) -> bool {
        let last = module.rsplit('.').next().unwrap_or(module);
        self.variables.is_closed()
            && matches!(
                last,
                "local_settings"
                    | "settings_local"
                    | "localsettings"
                    | "local"
                    | "settings_override"
            )
    }
}

/// Modules that every Python has, with everything in them that people name.
pub(super) fn is_always_there(name: &str) -> bool {
    let top = name.split('.').next().unwrap_or(name);
    matches!(
        top,
        "abc"
            | "ast"
            | "base64"
            | "builtins"
            | "collections"
            | "contextlib"
            | "copy"
            | "dataclasses"
            | "datetime"
            | "decimal"
            | "enum"
            | "functools"
            | "hashlib"
            | "io"
            | "itertools"
            | "json"
            | "logging"
            | "math"
            | "operator"
            | "os"
            | "pathlib"
            | "random"
            | "re"
            | "shutil"
            | "string"
            | "subprocess"
            | "sys"
            | "tempfile"
            | "time"
            | "typing"
            | "urllib"
            | "uuid"
            | "warnings"
    ) && (top == "builtins" || name.matches('.').count() <= 1)
}
