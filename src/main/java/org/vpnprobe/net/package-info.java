/**
 * What a probe sees of the world: paths out of this host, each step traced, every exception turned
 * into the failure vocabulary.
 *
 * <p>Observations made here:
 *
 * <table>
 *   <caption>keys and values</caption>
 *   <tr><td>{@code rtt_ms}</td><td>how long a TCP connect lasted, where it is the round trip to the
 *   target</td></tr>
 *   <tr><td>{@code icmp}</td><td>an ICMP error from the socket's error queue: {@code 3/13
 *   from=router}, {@code v6:1/1 from=target}, {@code 3/1 from=self} (our own system: the next hop is
 *   silent)</td></tr>
 *   <tr><td>{@code dns_answer}</td><td>{@code noerror 192.0.2.1 192.0.2.2}; {@code host …} from the
 *   host's resolver, which tells no rcode</td></tr>
 *   <tr><td>{@code dns_second_answer}</td><td>what came after the first; looked for at once and when
 *   the path closes</td></tr>
 *   <tr><td>{@code dns_bogon}</td><td>an answer that no public name should have</td></tr>
 *   <tr><td>{@code dns_truncated}</td><td>asked again over TCP</td></tr>
 *   <tr><td>{@code dns_wrong_id dns_wrong_question dns_malformed}</td><td>messages that were passed
 *   over</td></tr>
 * </table>
 */
@org.jspecify.annotations.NullMarked
package org.vpnprobe.net;
