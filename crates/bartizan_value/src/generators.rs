//! Generator functions of the project: what running through one gives, all of it at once.

use bartizan_ir::{FunctionId, Path, Value, ValueId};

use crate::analysis::Region;
use crate::calls::{Args, Target};
use crate::domain::{Abstract, Evaluated, Object, SeqKind};
use crate::loops::LoopEnd;
use crate::operators::MOST_ITEMS;
use crate::parts::each_object;
use crate::reason::Reason;
use crate::session::{Act, Session};

impl Session<'_> {
    /// What a call of a generator function gives.
    pub(crate) fn generated(
        &mut self,
        at: Act,
        id: ValueId,
        target: Target,
        args: Args,
    ) -> Evaluated {
        const GENERATOR: Reason = Reason::NotFollowed("a generator function");
        let (file, function, _) = target;
        let analysis = self.world.analysis(file);
        if self.outside.is_some()
            || self.world.ir(file).function(function).is_async
            || !analysis.is_intact(function)
        {
            return self.unknown(at, id, GENERATOR);
        }
        let mut sources: Vec<Object> = Vec::new();
        for arg in args.all() {
            each_object(&arg.value, &mut |object, _| sources.push(object));
        }
        let closures = self.closures;
        let frame = match self.enter_function(at, id, target, args) {
            Ok(frame) => frame,
            Err(reason) => return self.unknown(at, id, reason),
        };
        let (root, serial) = (self.frames[frame as usize].root, self.frames[frame as usize].serial);
        self.begin_call(frame);
        let items = self.yielded(root, function);
        // What others hold besides may change before it is run through.
        let mut is_foreign = false;
        for item in items.iter().flatten() {
            each_object(&item.value, &mut |object, _| is_foreign |= self.maker(object) < serial);
        }
        let reads_others = self.reads_containers_of_others(root, function)
            && !self.analysis(at).is_run_through_at_once(self.ir(at), id);
        self.end_call(frame, closures);
        let value = match items {
            Ok(_) if is_foreign || reads_others => Abstract::Unknown(GENERATOR),
            Ok(items) => Abstract::looking_at(SeqKind::Iterator, items, None, sources),
            Err(reason) => Abstract::Unknown(reason),
        };
        self.made(at, id, value)
    }

    /// What a run of a generator function yields, in order.
    fn yielded(&mut self, root: Act, function: FunctionId) -> Result<Vec<Evaluated>, Reason> {
        let ir = self.ir(root);
        let mut items: Vec<Evaluated> = Vec::new();
        let mut run: Vec<bartizan_ir::LoopId> = Vec::new();
        let nodes: Vec<ValueId> = self.analysis(root).yields(ir, function).collect();
        for node in nodes {
            if items.len() > MOST_ITEMS {
                return Err(Reason::TooLarge);
            }
            let path = ir.stretch(node).path;
            match self.analysis(root).region(ir, node) {
                None => {
                    if self.holds(root, path)? {
                        self.add_yielded(root, node, &mut items)?;
                    }
                }
                Some(Region::Comp(_)) => return Err(Reason::NotFollowed("yield")),
                Some(Region::Loop(of)) => {
                    let Some(outermost) = self.child_loop(root, Some(of), None) else {
                        return Err(Reason::Loop);
                    };
                    if run.contains(&outermost) {
                        continue;
                    }
                    run.push(outermost);
                    let Path::Loop { parent, .. } = self.loop_path(root, outermost) else {
                        return Err(Reason::Loop);
                    };
                    if !self.holds(root, parent)? {
                        continue;
                    }
                    let (act, end) = self.run_loop(root, outermost);
                    match end {
                        LoopEnd::Exhausted | LoopEnd::Left(_) => {
                            items.extend(self.written_in_order(act)?);
                        }
                        LoopEnd::Raised(..) => return Err(Reason::MayRaise),
                        LoopEnd::Unknown(reason) => return Err(reason),
                    }
                }
            }
        }
        Ok(items)
    }

    /// Adds what one `yield` gives.
    pub(crate) fn add_yielded(
        &mut self,
        act: Act,
        node: ValueId,
        items: &mut Vec<Evaluated>,
    ) -> Result<(), Reason> {
        match self.ir(act).value(node) {
            Value::Yield(Some(of)) => items.push(self.eval(act, of)),
            Value::Yield(None) => items.push(self.made(act, node, Abstract::none())),
            Value::YieldFrom(of) => {
                let of = self.eval(act, of);
                items.extend(crate::parts::iterate(&of)?);
            }
            _ => {}
        }
        Ok(())
    }

    /// Whether the function looks at containers that it was not given.
    fn reads_containers_of_others(&mut self, root: Act, function: FunctionId) -> bool {
        let ir = self.ir(root);
        let nodes: Vec<ValueId> = self.analysis(root).names_read(ir, function).collect();
        nodes.into_iter().any(|node| {
            let act = self.some_round(root, node);
            self.eval(act, node).value.is_mutable()
        })
    }
}
