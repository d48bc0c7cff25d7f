//! `tideway`: reads the command line and hands over.

use std::process::ExitCode;

use anyhow::Result;
use clap::Parser;
use server::cli::{Cli, Command, KeyCommand, PortalCommand, UserCommand};
use server::database::Database;
use server::{demo, import, key, logs, portal, replay, serve, user, verify};

#[tokio::main]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    logs::start(matches!(&cli.command, Command::Serve(args) if args.log_json));
    match run(cli.command).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("✗ {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(command: Command) -> Result<()> {
    match command {
        Command::Serve(args) => serve::serve(&args).await,
        Command::Migrate(args) => {
            Database::during(&args, async |_| Ok(())).await?;
            println!("The schema is up to date.");
            Ok(())
        }
        Command::Demo(args) => demo::tell(&args).await,
        Command::Import(args) => import::import(&args).await,
        Command::Replay(args) => replay::replay(&args).await,
        Command::Verify(args) => verify::verify(&args).await,
        Command::User { command: UserCommand::Add(args) } => user::add(&args).await,
        Command::Key { command: KeyCommand::Add(args) } => key::add(&args).await,
        Command::Key { command: KeyCommand::List(args) } => key::list(&args).await,
        Command::Key { command: KeyCommand::Revoke(args) } => key::revoke(&args).await,
        Command::Portal { command: PortalCommand::Add(args) } => portal::add(&args).await,
    }
}
