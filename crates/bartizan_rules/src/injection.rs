//! Text from outside becomes code, query, command or markup.

mod built_text;

pub mod code_from_text;
pub mod html_marked_safe;
pub mod jinja_autoescape_off;
pub mod shell_command_built_from_text;
pub mod sql_built_from_text;
