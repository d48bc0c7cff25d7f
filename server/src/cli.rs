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
    /// Keys for integrations, which speak /api/v1.
    Key {
        #[command(subcommand)]
        command: KeyCommand,
    },
    /// Where an org's returns portal answers, when several orgs trade here.
    Portal {
        #[command(subcommand)]
        command: PortalCommand,
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
    /// A site's code, for who works there only; may be repeated. Everywhere when not given.
    #[arg(long, value_name = "CODE")]
    pub site: Vec<String>,
    /// The org, by its short name; opened when it is not there yet [default: the only one there is]
    #[arg(long)]
    pub org: Option<String>,
    /// Currency of an org that is opened.
    #[arg(long, default_value = "GBP")]
    pub currency: String,
    /// Read the password from this file instead.
    #[arg(long, value_name = "FILE")]
    pub password_file: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub enum KeyCommand {
    /// Give out a key. It is printed once, on standard output, and kept nowhere.
    Add(AddKey),
    /// The keys that work, without the keys themselves.
    List(ListKeys),
    /// End a key at once.
    Revoke(RevokeKeyArgs),
}

/// A key to give out.
#[derive(Debug, Args)]
pub struct AddKey {
    #[command(flatten)]
    pub database: DatabaseArgs,
    /// The org, by its short name [default: the only one there is]
    #[arg(long)]
    pub org: Option<String>,
    /// Who it is for: `storefront`.
    #[arg(long)]
    pub name: String,
    #[arg(
        long,
        required = true,
        value_delimiter = ',',
        value_name = "SCOPE",
        help = "orders_view, orders_edit, stock_view, returns_view or returns_authorise; several with commas"
    )]
    pub scopes: Vec<String>,
}

/// Whose keys.
#[derive(Debug, Args)]
pub struct ListKeys {
    #[command(flatten)]
    pub database: DatabaseArgs,
    /// The org, by its short name [default: the only one there is]
    #[arg(long)]
    pub org: Option<String>,
}

/// A key to end.
#[derive(Debug, Args)]
pub struct RevokeKeyArgs {
    #[command(flatten)]
    pub database: DatabaseArgs,
    /// The key's id, as it was told with the key.
    pub id: uuid::Uuid,
    /// The org, by its short name [default: the only one there is]
    #[arg(long)]
    pub org: Option<String>,
}

#[derive(Debug, Subcommand)]
pub enum PortalCommand {
    /// The org's portal answers at this host from now on.
    Add(AddPortal),
}

/// A host for a portal.
#[derive(Debug, Args)]
pub struct AddPortal {
    #[command(flatten)]
    pub database: DatabaseArgs,
    /// As customers type it: `returns.example.org`.
    pub host: String,
    /// The org, by its short name [default: the only one there is]
    #[arg(long)]
    pub org: Option<String>,
}
