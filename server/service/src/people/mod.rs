//! People's transactions: a new person with a sign-in, their grants, their leaving. Sign-in itself is the directory's.

mod sql;

use std::collections::BTreeSet;

use domain::ids::{OrgId, PersonId};
use domain::people::{
    Actor, AddPerson, Caller, Deactivate, Grant, PeopleRefusal, Permission, PersonRow, SetGrants, SetPassword, email,
    keeps_an_administrator,
};
use domain::waves::roster::Worker;
use serde_json::json;
use uuid::Uuid;

use crate::{Act, Db, Result, Tx, directory};

/// The person as they stand now: name and grants. `None` when deactivated or gone.
pub(crate) async fn actor(db: &Db, org: OrgId, person: PersonId, device: &str) -> Result<Option<Actor>> {
    let mut tx = db.tx(org).await?;
    let found = sql::people(&mut tx, org.0, Some(person.0)).await?.pop();
    tx.commit().await?;
    let active = found.filter(|person| person.active);
    Ok(active.map(|person| Actor::Person { id: person.id, name: person.name, grants: person.grants, device: device.to_owned() }))
}

/// Everyone who may sign in, as rosters need them.
pub(crate) async fn workers(tx: &mut Tx) -> Result<Vec<Worker>> {
    let org = tx.org().0;
    let people = sql::people(tx.conn(), org, None).await?.into_iter().filter(|person| person.active);
    let worker = |person: PersonRow| Worker { person: person.id, name: person.name, email: person.email, grants: person.grants };
    Ok(people.map(worker).collect())
}

/// Grants name sites that are there.
async fn check_sites(tx: &mut Tx, grants: &[Grant]) -> Result<()> {
    let sites: BTreeSet<Uuid> = grants.iter().filter_map(|grant| grant.site).map(Into::into).collect();
    crate::sites::require_sites(tx, &sites.into_iter().collect::<Vec<_>>()).await
}

/// Everyone, after those who could lock the org out are locked against each other.
async fn everyone(tx: &mut Tx) -> Result<Vec<PersonRow>> {
    let org = tx.org().0;
    sql::lock_administrators(tx.conn(), org).await?;
    sql::people(tx.conn(), org, None).await
}

fn find(people: &[PersonRow], person: PersonId) -> Result<PersonRow> {
    Ok(people.iter().find(|row| row.id == person).cloned().ok_or(PeopleRefusal::UnknownPerson)?)
}

impl Act for AddPerson {
    const KIND: &'static str = "people.add";
    const NEEDS: Permission = Permission::PeopleEdit;
    type Outcome = PersonId;

    async fn act(&self, tx: &mut Tx) -> Result<PersonId> {
        let (org, name, email) = (tx.org().0, self.name.trim(), email(&self.email)?);
        if name.is_empty() {
            return Err(PeopleRefusal::NameMissing.into());
        }
        check_sites(tx, &self.grants).await?;
        let login = Uuid::now_v7();
        if !directory::insert_login(tx.conn(), login, &email, &self.password_hash, org, self.id.0).await? {
            return Err(PeopleRefusal::EmailTaken { email }.into());
        }
        sql::insert_person(tx.conn(), org, self.id.0, name, &email).await?;
        sql::replace_grants(tx.conn(), org, self.id.0, &self.grants).await?;
        tx.audit("person", self.id, (), self);
        tx.announce("person.added", self.id, None, json!({ "name": name }));
        Ok(self.id)
    }
}

impl Act for SetGrants {
    const KIND: &'static str = "people.set_grants";
    const NEEDS: Permission = Permission::PeopleEdit;
    type Outcome = ();

    async fn act(&self, tx: &mut Tx) -> Result<()> {
        let people = everyone(tx).await?;
        let before = find(&people, self.person)?;
        keeps_an_administrator(&people, self.person, &self.grants)?;
        check_sites(tx, &self.grants).await?;
        let org = tx.org().0;
        sql::replace_grants(tx.conn(), org, self.person.0, &self.grants).await?;
        tx.audit("person", self.person, &before.grants, &self.grants);
        tx.announce("person.granted", self.person, None, json!({}));
        Ok(())
    }
}

impl Act for Deactivate {
    const KIND: &'static str = "people.deactivate";
    const NEEDS: Permission = Permission::PeopleEdit;
    /// Sessions that ended with it.
    type Outcome = u64;

    async fn act(&self, tx: &mut Tx) -> Result<u64> {
        let people = everyone(tx).await?;
        let before = find(&people, self.person)?;
        keeps_an_administrator(&people, self.person, &[])?;
        let (org, at) = (tx.org().0, tx.at);
        sql::deactivate(tx.conn(), org, self.person.0).await?;
        let ended = directory::revoke_sessions_of(tx.conn(), org, self.person.0, at).await?;
        tx.audit("person", self.person, json!({ "active": before.active }), json!({ "active": false, "sessions_ended": ended }));
        tx.announce("person.deactivated", self.person, None, json!({}));
        Ok(ended)
    }
}

impl Act for SetPassword {
    const KIND: &'static str = "people.set_password";
    const NEEDS: Permission = Permission::PeopleEdit;
    type Outcome = u64;

    async fn act(&self, tx: &mut Tx) -> Result<u64> {
        let (org, at) = (tx.org().0, tx.at);
        if !directory::set_password(tx.conn(), org, self.person.0, &self.password_hash).await? {
            return Err(PeopleRefusal::UnknownPerson.into());
        }
        let ended = directory::revoke_sessions_of(tx.conn(), org, self.person.0, at).await?;
        tx.audit("person", self.person, (), json!({ "password": "changed", "sessions_ended": ended }));
        tx.announce("person.password_set", self.person, None, json!({}));
        Ok(ended)
    }
}

impl Db {
    /// Everyone of the org, active first.
    pub async fn people(&self, caller: &Caller) -> Result<Vec<PersonRow>> {
        let mut tx = self.read(caller, Permission::PeopleView, None).await?;
        let org = tx.org().0;
        sql::people(tx.conn(), org, None).await
    }
}

#[cfg(test)]
mod tests;
