//! `tideway --help`: the commands and what each is for. Flags are in `config`; the work is elsewhere.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::config::{DatabaseArgs, ServeArgs};
use crate::import::ImportArgs;
use crate::replay::ReplayArgs;

/// Runs a business end to end: orders out, returns back, stock and money always exact.
#[derive(Debug, Parser)]
#[command(
    name = "tideway",
    version,
    after_help = "First time?\n  \
        tideway serve                              a server with a Postgres of its own on http://127.0.0.1:8080\n  \
        tideway serve --demo                       the same with a demo shop and its sign-ins\n  \
        tideway user add --email you@example.org --name You --role admin\n  \
        tideway serve --listen 0.0.0.0:8443 --tls  the same for tablets on the floor\n\n\
        Every flag can also be set in the environment; the name stands beside it in `tideway COMMAND --help`."
)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve Tideway to browsers, scanners and integrations, until Ctrl-C.
    Serve(ServeArgs),
    /// Bring the database's schema up to this version. `serve` does it too.
    Migrate(DatabaseArgs),
    /// Fill the database with a demo shop: two sites, 2,000 SKUs, sixty days of trade, one sign-in a role.
    Demo(DatabaseArgs),
    /// Take orders from a CSV file, or tell row by row what would happen.
    Import(ImportArgs),
    /// Live through a retailer's history (UCI Online Retail) in an org of its own, and prove that it adds up.
    Replay(ReplayArgs),
    /// Prove that stock, money and trail agree (I1–I12); a broken invariant is a failure.
    Verify(Verify),
    /// People who may sign in.
    User {
        #[command(subcommand)]
        command: UserCommand,
    },
}

/// What to verify.
#[derive(Debug, Args)]
pub struct Verify {
    #[command(flatten)]
    pub database: DatabaseArgs,
    /// One org, by its short name; all of them when not given.
    #[arg(long)]
    pub org: Option<String>,
    /// Write what was found to this file too.
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub enum UserCommand {
    /// Add a person with a sign-in. The password is read from the first line of standard input.
    Add(AddUser),
}

/// A person to add.
#[derive(Debug, Args)]
pub struct AddUser {
    #[command(flatten)]
    pub database: DatabaseArgs,
    #[arg(long)]
    pub email: String,
    #[arg(long)]
    pub name: String,
    #[arg(
        long,
        required = true,
        help = "picker, packer, receiver, returns_tech, customer_service, finance, supervisor, planner or admin; may be repeated"
    )]
    pub role: Vec<String>,
    /// The org, by its short name; founded when there is none yet.
    #[arg(long, default_value = "tideway")]
    pub org: String,
    /// Currency of an org that is founded.
    #[arg(long, default_value = "GBP")]
    pub currency: String,
    /// Read the password from this file instead.
    #[arg(long, value_name = "FILE")]
    pub password_file: Option<PathBuf>,
}
