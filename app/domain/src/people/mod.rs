//! Who may do what: roles, permissions, grants by site. Decides authority; sessions and passwords are elsewhere.

mod commands;
mod refusal;

use serde::{Deserialize, Serialize};

pub use commands::{
    AddPerson, Deactivate, PASSWORD_LENGTH, PersonRow, SetGrants, SetPassword, check_password, email, keeps_an_administrator,
};
pub use refusal::PeopleRefusal;

use crate::ids::{OrgId, PersonId, SiteId};

/// What a person is hired to do. A grant gives one role at one site, or at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Picker,
    Packer,
    Receiver,
    ReturnsTech,
    CustomerService,
    Finance,
    Supervisor,
    Planner,
    Admin,
}

/// One thing that can be allowed. Every command and every read names one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Permission {
    OrdersView,
    OrdersEdit,
    OrdersRelease,
    StockView,
    StockReceive,
    StockHold,
    /// Put back on sale what was held or inspected.
    StockRelease,
    /// Judge goods that are held for inspection.
    GoodsInspect,
    /// Bring goods forward, send and take in transfers.
    StockMove,
    /// What bins should hold, and what goes from site to site.
    StockPlan,
    StockAdjust,
    CountsView,
    Count,
    CountsPlan,
    /// Counts and corrections that others made.
    CountsApprove,
    CatalogEdit,
    /// Who owns what on a card, and how much must be known.
    CatalogRules,
    SitesEdit,
    PurchasingView,
    PurchasingEdit,
    PurchasingApprove,
    /// Take more than was ordered.
    ReceiptsDecide,
    BillsEdit,
    WavesView,
    WavesPlan,
    /// Release more than the roster has hours for.
    LabourOverride,
    Pick,
    Pack,
    Ship,
    ReturnsView,
    ReturnsAuthorise,
    ReturnsReceive,
    ReturnsInspect,
    RefundsView,
    RefundsPropose,
    RefundsApprove,
    LedgerView,
    LiveView,
    ExceptionsResolve,
    PeopleView,
    PeopleEdit,
    ImportRun,
    ApiKeysEdit,
}

impl Permission {
    /// After "may" and "may not".
    pub const fn words(self) -> &'static str {
        match self {
            Self::OrdersView => "see orders",
            Self::OrdersEdit => "change orders",
            Self::OrdersRelease => "release orders",
            Self::StockView => "see stock",
            Self::StockReceive => "receive goods",
            Self::StockHold => "hold stock back",
            Self::StockRelease => "put held stock back on sale",
            Self::GoodsInspect => "inspect goods",
            Self::StockMove => "move stock",
            Self::StockPlan => "plan stock",
            Self::StockAdjust => "correct stock",
            Self::CountsView => "see counts",
            Self::Count => "count bins",
            Self::CountsPlan => "plan counts",
            Self::CountsApprove => "approve counts and corrections",
            Self::CatalogEdit => "change the catalog",
            Self::CatalogRules => "set the catalog's rules",
            Self::SitesEdit => "change sites and bins",
            Self::PurchasingView => "see purchasing",
            Self::PurchasingEdit => "order from suppliers",
            Self::PurchasingApprove => "approve purchase orders",
            Self::ReceiptsDecide => "take more than was ordered",
            Self::BillsEdit => "keep suppliers' bills",
            Self::WavesView => "see waves",
            Self::WavesPlan => "plan waves",
            Self::LabourOverride => "release more than the roster has hours for",
            Self::Pick => "pick",
            Self::Pack => "pack",
            Self::Ship => "ship",
            Self::ReturnsView => "see returns",
            Self::ReturnsAuthorise => "decide returns",
            Self::ReturnsReceive => "receive returns",
            Self::ReturnsInspect => "inspect returns",
            Self::RefundsView => "see refunds",
            Self::RefundsPropose => "propose refunds",
            Self::RefundsApprove => "approve refunds",
            Self::LedgerView => "see the books",
            Self::LiveView => "see the live figures",
            Self::ExceptionsResolve => "resolve exceptions",
            Self::PeopleView => "see people",
            Self::PeopleEdit => "change people",
            Self::ImportRun => "import files",
            Self::ApiKeysEdit => "change API keys",
        }
    }
}

/// What a supervisor may: nearly all of a site's work, and what others' work waits for.
const SUPERVISOR: &[Permission] = {
    use Permission as P;
    &[
        P::OrdersView,
        P::OrdersEdit,
        P::OrdersRelease,
        P::StockView,
        P::StockReceive,
        P::StockHold,
        P::StockRelease,
        P::GoodsInspect,
        P::StockMove,
        P::StockPlan,
        P::StockAdjust,
        P::CatalogEdit,
        P::SitesEdit,
        P::CountsView,
        P::Count,
        P::CountsPlan,
        P::CountsApprove,
        P::PurchasingView,
        P::PurchasingEdit,
        P::PurchasingApprove,
        P::ReceiptsDecide,
        P::WavesView,
        P::WavesPlan,
        P::LabourOverride,
        P::Pick,
        P::Pack,
        P::Ship,
        P::ReturnsView,
        P::ReturnsAuthorise,
        P::ReturnsReceive,
        P::ReturnsInspect,
        P::RefundsView,
        P::RefundsPropose,
        P::RefundsApprove,
        P::LiveView,
        P::ExceptionsResolve,
        P::PeopleView,
    ]
};

impl Role {
    pub const ALL: [Self; 9] = [
        Self::Picker,
        Self::Packer,
        Self::Receiver,
        Self::ReturnsTech,
        Self::CustomerService,
        Self::Finance,
        Self::Supervisor,
        Self::Planner,
        Self::Admin,
    ];

    /// The stored and wire word.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Picker => "picker",
            Self::Packer => "packer",
            Self::Receiver => "receiver",
            Self::ReturnsTech => "returns_tech",
            Self::CustomerService => "customer_service",
            Self::Finance => "finance",
            Self::Supervisor => "supervisor",
            Self::Planner => "planner",
            Self::Admin => "admin",
        }
    }

    pub const fn name(self) -> &'static str {
        match self {
            Self::Picker => "Picker",
            Self::Packer => "Packer",
            Self::Receiver => "Receiver",
            Self::ReturnsTech => "Returns technician",
            Self::CustomerService => "Customer service",
            Self::Finance => "Finance",
            Self::Supervisor => "Supervisor",
            Self::Planner => "Planner",
            Self::Admin => "Administrator",
        }
    }

    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.code() == code)
    }

    /// What the role allows. Inspecting and approving a refund never stand in one role but the supervisor's,
    /// and there the same person is still refused on the same return (GOV-2).
    pub const fn permissions(self) -> &'static [Permission] {
        use Permission as P;
        match self {
            Self::Picker => &[P::Pick, P::Count, P::StockView, P::StockMove],
            Self::Packer => &[P::Pack, P::Ship, P::StockView],
            Self::Receiver => &[
                P::StockReceive,
                P::StockHold,
                P::GoodsInspect,
                P::PurchasingView,
                P::Count,
                P::StockAdjust,
                P::StockView,
                P::StockMove,
                P::ReturnsReceive,
                P::ReturnsView,
            ],
            Self::ReturnsTech => {
                &[P::ReturnsView, P::ReturnsReceive, P::ReturnsInspect, P::RefundsPropose, P::RefundsView, P::StockView]
            }
            Self::CustomerService => &[
                P::OrdersView,
                P::OrdersEdit,
                P::StockView,
                P::ReturnsView,
                P::ReturnsAuthorise,
                P::RefundsView,
                P::RefundsPropose,
                P::LiveView,
            ],
            Self::Finance => &[
                P::OrdersView,
                P::ReturnsView,
                P::RefundsView,
                P::RefundsApprove,
                P::LedgerView,
                P::LiveView,
                P::StockView,
                P::CatalogEdit,
                P::CountsView,
                P::PurchasingView,
                P::PurchasingApprove,
                P::BillsEdit,
            ],
            Self::Supervisor => SUPERVISOR,
            Self::Planner => &[
                P::OrdersView,
                P::OrdersRelease,
                P::StockView,
                P::StockPlan,
                P::CatalogEdit,
                P::CountsView,
                P::CountsPlan,
                P::PurchasingView,
                P::PurchasingEdit,
                P::WavesView,
                P::WavesPlan,
                P::LiveView,
                P::ExceptionsResolve,
            ],
            Self::Admin => &[
                P::OrdersView,
                P::StockView,
                P::PurchasingView,
                P::CatalogEdit,
                P::CatalogRules,
                P::SitesEdit,
                P::WavesView,
                P::ReturnsView,
                P::RefundsView,
                P::LedgerView,
                P::LiveView,
                P::PeopleView,
                P::PeopleEdit,
                P::ImportRun,
                P::ApiKeysEdit,
            ],
        }
    }
}

/// One role at one site; `None` is every site.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Grant {
    pub role: Role,
    pub site: Option<SiteId>,
}

/// Who asks, with everything authority depends on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Caller {
    pub org: OrgId,
    pub who: Actor,
}

/// A person, a machine with a key, a customer at the portal, or Tideway itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Actor {
    Person {
        id: PersonId,
        name: String,
        grants: Vec<Grant>,
        device: String,
    },
    /// An integration: its key's id stands for the person; permissions are its scopes.
    Key {
        id: PersonId,
        name: String,
        scopes: Vec<Permission>,
    },
    /// A customer with a portal session for one order.
    Customer {
        order: crate::ids::OrderId,
    },
    /// Followers, jobs, import, demo, replay.
    System {
        name: String,
    },
}

impl Caller {
    pub fn system(org: OrgId, name: &str) -> Self {
        Self { org, who: Actor::System { name: name.to_owned() } }
    }

    /// May the caller do this at this site? `None` asks "anywhere at all".
    /// A customer may only what [`CUSTOMER_MAY`] lists; commands check the order themselves.
    pub fn may(&self, permission: Permission, site: Option<SiteId>) -> bool {
        match &self.who {
            Actor::System { .. } => true,
            Actor::Key { scopes, .. } => scopes.contains(&permission),
            Actor::Customer { .. } => CUSTOMER_MAY.contains(&permission),
            Actor::Person { grants, .. } => grants.iter().any(|grant| {
                grant.role.permissions().contains(&permission)
                    && match (grant.site, site) {
                        (None, _) | (_, None) => true,
                        (Some(granted), Some(asked)) => granted == asked,
                    }
            }),
        }
    }

    /// Sites where the caller may do this: `None` means every site.
    pub fn sites(&self, permission: Permission) -> Option<Vec<SiteId>> {
        let Actor::Person { grants, .. } = &self.who else { return None };
        let granted = grants.iter().filter(|grant| grant.role.permissions().contains(&permission));
        granted.map(|grant| grant.site).collect()
    }

    /// The id that audit and segregation of duties compare; nil for the system and for customers.
    pub fn person(&self) -> PersonId {
        match &self.who {
            Actor::Person { id, .. } | Actor::Key { id, .. } => *id,
            Actor::Customer { .. } | Actor::System { .. } => PersonId::NIL,
        }
    }

    pub fn device(&self) -> &str {
        match &self.who {
            Actor::Person { device, .. } => device,
            Actor::Key { name, .. } | Actor::System { name } => name,
            Actor::Customer { .. } => "portal",
        }
    }
}

/// All a portal session opens: the customer's own order, and asking for a return on it.
pub const CUSTOMER_MAY: [Permission; 2] = [Permission::ReturnsAuthorise, Permission::ReturnsView];

#[cfg(test)]
mod tests {
    use super::*;

    fn person(grants: Vec<Grant>) -> Caller {
        let who = Actor::Person { id: PersonId::mint(), name: "Ana".into(), grants, device: "tablet".into() };
        Caller { org: OrgId::mint(), who }
    }

    /// GOV-1: a grant at one site opens nothing at another.
    #[test]
    fn a_grant_is_for_its_site_only() {
        let (leeds, lyon) = (SiteId::mint(), SiteId::mint());
        let caller = person(vec![Grant { role: Role::Picker, site: Some(leeds) }]);
        assert!(caller.may(Permission::Pick, Some(leeds)));
        assert!(!caller.may(Permission::Pick, Some(lyon)));
        assert!(!caller.may(Permission::RefundsApprove, Some(leeds)));
        assert_eq!(caller.sites(Permission::Pick), Some(vec![leeds]));
        assert_eq!(caller.sites(Permission::RefundsApprove), Some(vec![]));
    }

    #[test]
    fn an_all_site_grant_reaches_every_site() {
        let caller = person(vec![Grant { role: Role::Supervisor, site: None }]);
        assert!(caller.may(Permission::WavesPlan, Some(SiteId::mint())));
        assert_eq!(caller.sites(Permission::WavesPlan), None);
    }

    /// GOV-2: no floor role can both inspect a return and approve its refund.
    #[test]
    fn inspecting_and_approving_are_separate_roles() {
        for role in Role::ALL.into_iter().filter(|role| *role != Role::Supervisor) {
            let may = role.permissions();
            assert!(
                !(may.contains(&Permission::ReturnsInspect) && may.contains(&Permission::RefundsApprove)),
                "{role:?} can do both"
            );
        }
    }

    #[test]
    fn role_codes_read_back() {
        for role in Role::ALL {
            assert_eq!(Role::parse(role.code()), Some(role));
            assert_eq!(serde_json::to_value(role).unwrap(), role.code());
        }
        assert_eq!(Role::parse("king"), None);
    }
}
