/** What several protocols stand on: TLS, HTTP, IP packets; each over a net stream or datagrams. */
@org.jspecify.annotations.NullMarked
package org.vpnprobe.layer;
