/**
 * Proxies as their clients describe them: share links and subscriptions, Clash, sing-box, Xray,
 * SIP008, Outline. Each format puts a server into the terms of share links ({@link
 * org.vpnprobe.config.imports.proxies.Proxy}); one class a protocol makes an endpoint of these, or
 * says why there is none. What our protocols cannot express is never made into something else.
 */
@org.jspecify.annotations.NullMarked
package org.vpnprobe.config.imports.proxies;
