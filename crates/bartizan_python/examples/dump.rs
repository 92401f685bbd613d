//! Prints the value graph of a Python file: `cargo run -p bartizan_python --example dump -- FILE`.
#![allow(clippy::disallowed_methods, reason = "an example is an edge")]

use bartizan_base::FilePath;

fn main() {
    let file = std::env::args().nth(1).expect("a file to read");
    let bytes = std::fs::read(&file).expect("a file that can be read");
    let reading = bartizan_python::read(&FilePath::new("file.py").expect("a plain name"), &bytes);
    for (id, function) in reading.ir.functions() {
        println!("── {}", reading.ir.str(function.qualname));
        print!("{}", reading.ir.dump(id));
    }
    for problem in &reading.problems {
        println!("{problem}");
    }
}
