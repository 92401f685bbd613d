//! Which loop or comprehension runs a node, and in whose frame a body runs.

use bartizan_ir::{CompId, FileIr, FunctionId, FunctionKind, LoopId, Path, Value, ValueId};

use super::{Analysis, CompRange, Region};

impl Analysis {
    pub(super) fn find_comps(&mut self, ir: &FileIr) {
        if ir.comps.is_empty() {
            return;
        }
        for (index, value) in ir.values.iter().enumerate() {
            if let Value::Comp(comp) = value {
                let Some(clause) = ir.comp(*comp).clauses.first() else { continue };
                self.comp_nodes[comp.index()] = Some(ValueId::from_index(index));
                self.comps.push(CompRange {
                    start: clause.element.index() as u32,
                    end: index as u32,
                    comp: *comp,
                    parent: None,
                });
            }
        }
        self.comps.sort_unstable_by_key(|range| (range.start, std::cmp::Reverse(range.end)));
        let mut open: Vec<(u32, CompId)> = Vec::new();
        for index in 0..self.comps.len() {
            let CompRange { start, end, comp, .. } = self.comps[index];
            while open.last().is_some_and(|(end, _)| *end <= start) {
                open.pop();
            }
            self.comps[index].parent = match open.last() {
                Some((_, outer)) => Some(Region::Comp(*outer)),
                None => {
                    let path = ir.stretch(ValueId::from_index(end as usize)).path;
                    self.loop_of_path[path.index()].map(Region::Loop)
                }
            };
            open.push((end, comp));
        }
    }

    pub(super) fn find_loops(&mut self, ir: &FileIr) {
        for path in &ir.paths {
            if let Path::Loop { parent, of } = path {
                self.loops[of.index()].parent = self.loop_of(*parent).map(Region::Loop);
            }
        }
        for (index, stretch) in ir.stretches.iter().enumerate() {
            let end = ir.stretches.get(index + 1).map_or(ir.values.len() as u32, |next| next.start);
            let mut at = self.loop_of(stretch.path);
            while let Some(of) = at {
                let shape = &mut self.loops[of.index()];
                shape.first = shape.first.min(stretch.start);
                shape.last = shape.last.max(end.saturating_sub(1));
                at = self.outer_loop(of);
            }
        }
        for (index, it) in ir.loops.iter().enumerate() {
            let shape = &mut self.loops[index];
            shape.exits.extend(it.breaks.iter().copied());
            let first = shape.first;
            self.try_of_loop[index] =
                ir.tries.iter().any(|tried| tried.start <= first && first < tried.end);
        }
    }
}

pub(super) fn loops_of_paths(ir: &FileIr) -> Vec<Option<LoopId>> {
    // A path is made after its parent.
    let mut loops: Vec<Option<LoopId>> = Vec::with_capacity(ir.paths.len());
    for path in &ir.paths {
        let of = match path {
            Path::Loop { of, .. } => Some(*of),
            other => other.parent().and_then(|parent| loops.get(parent.index()).copied().flatten()),
        };
        loops.push(of);
    }
    loops
}

pub(super) fn owners_of_bodies(ir: &FileIr) -> Vec<FunctionId> {
    // A body is declared after the one around it.
    let mut owners: Vec<FunctionId> = Vec::with_capacity(ir.functions.len());
    for (id, function) in ir.functions() {
        let owner = match (function.kind, function.parent) {
            (FunctionKind::ClassBody(_), Some(parent)) => {
                owners.get(parent.index()).copied().unwrap_or(id)
            }
            _ => id,
        };
        owners.push(owner);
    }
    owners
}
