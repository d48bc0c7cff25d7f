// Every screen with a role that may see it. `screens.test.mjs` checks that the router has no address that is missing here.
export const ROUTES = [
  { path: "/sign-in", role: null },
  { path: "/portal", role: null },
  { path: "/nowhere", role: null, status: 404 },
  { path: "/", role: "supervisor" },
  { path: "/orders", role: "supervisor" },
  { path: "/orders?stage=waiting", role: "supervisor" },
  { path: "/orders?q=nothing-like-this", role: "supervisor", name: "orders-empty" },
  { path: "/orders/:number", role: "supervisor", from: { path: "/orders", link: "tbody a[href^='/orders/SO']" } },
  { path: "/waves", role: "planner" },
  { path: "/waves/:wave", role: "planner", from: { path: "/waves", link: "a[href^='/waves/0']" } },
  { path: "/inventory", role: "supervisor" },
  { path: "/inventory/:sku", role: "supervisor", from: { path: "/inventory", link: "tbody a[href^='/inventory/']" } },
  { path: "/shipping", role: "supervisor" },
  { path: "/returns", role: "supervisor" },
  { path: "/returns/:number", role: "supervisor", from: { path: "/returns", link: "tbody a[href^='/returns/RMA']" } },
  { path: "/refunds", role: "finance" },
  { path: "/ledger", role: "finance" },
  { path: "/people", role: "admin" },
  { path: "/live", role: "supervisor" },
  { path: "/exceptions", role: "supervisor" },
  { path: "/wallboard", role: "supervisor" },
  { path: "/floor", role: "picker" },
  { path: "/floor/pick/:trip", role: "picker", from: { path: "/floor", link: "a.floor-cart" } },
  { path: "/floor/pack", role: "packer" },
  { path: "/floor/ship", role: "packer" },
  { path: "/floor/receive", role: "receiver" },
  { path: "/floor/bench", role: "returns-tech" },
];

/** A file name for a route's picture. */
export const nameOf = (route) => route.name ?? (route.path === "/" ? "home" : route.path.replace(/[^a-z]+/gi, "-").replace(/^-|-$/g, ""));
