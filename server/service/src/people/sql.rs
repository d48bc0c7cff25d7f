//! Statements on people and their grants.

use domain::ids::{PersonId, SiteId};
use domain::people::{Grant, PersonRow, Role};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::Result;

pub(crate) async fn insert_person(conn: &mut PgConnection, org: Uuid, id: Uuid, name: &str, email: &str) -> Result<()> {
    sqlx::query!("insert into person (org_id, id, name, email) values ($1, $2, $3, $4)", org, id, name, email)
        .execute(conn)
        .await?;
    Ok(())
}

pub(crate) async fn replace_grants(conn: &mut PgConnection, org: Uuid, person: Uuid, grants: &[Grant]) -> Result<()> {
    let roles: Vec<String> = grants.iter().map(|grant| grant.role.code().to_owned()).collect();
    let sites: Vec<Uuid> = grants.iter().map(|grant| grant.site.unwrap_or_default().0).collect();
    sqlx::query!("delete from person_grant where org_id = $1 and person_id = $2", org, person).execute(&mut *conn).await?;
    sqlx::query!(
        "insert into person_grant (org_id, person_id, role, site_id)
         select distinct $1::uuid, $2::uuid, role, site from unnest($3::text[], $4::uuid[]) as g (role, site)",
        org,
        person,
        &roles,
        &sites
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(crate) async fn deactivate(conn: &mut PgConnection, org: Uuid, person: Uuid) -> Result<()> {
    sqlx::query!("update person set active = false where org_id = $1 and id = $2", org, person).execute(conn).await?;
    Ok(())
}

/// Locks who may edit people, so that two administrators cannot take each other away at once.
pub(crate) async fn lock_administrators(conn: &mut PgConnection, org: Uuid) -> Result<()> {
    sqlx::query!(
        "select id from person where org_id = $1 and active and id in (
            select person_id from person_grant where org_id = $1 and role = 'admin')
         -- one order for everyone
         order by id for update",
        org
    )
    .fetch_all(conn)
    .await?;
    Ok(())
}

/// All people, or one.
pub(crate) async fn people(conn: &mut PgConnection, org: Uuid, only: Option<Uuid>) -> Result<Vec<PersonRow>> {
    let rows = sqlx::query!(
        r#"select p.id, p.name, p.email, p.active, p.created_at,
                  coalesce(array_agg(g.role order by g.role, g.site_id) filter (where g.role is not null), '{}') as "roles!",
                  coalesce(array_agg(g.site_id order by g.role, g.site_id) filter (where g.role is not null), '{}') as "sites!"
           from person p left join person_grant g on g.org_id = p.org_id and g.person_id = p.id
           where p.org_id = $1 and ($2::uuid is null or p.id = $2)
           group by p.org_id, p.id order by p.active desc, p.name, p.id"#,
        org,
        only
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| PersonRow {
            id: PersonId(row.id),
            name: row.name,
            email: row.email,
            active: row.active,
            grants: row.roles.iter().zip(row.sites).filter_map(|(role, site)| grant(role, site)).collect(),
            since: row.created_at,
        })
        .collect())
}

/// A role nobody knows any more grants nothing.
fn grant(role: &str, site: Uuid) -> Option<Grant> {
    Some(Grant { role: Role::parse(role)?, site: (!site.is_nil()).then_some(SiteId(site)) })
}
