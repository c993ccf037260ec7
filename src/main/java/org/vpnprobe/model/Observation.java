package org.vpnprobe.model;

import java.time.Duration;

/**
 * Something noticed during a trial that may become evidence: an ICMP error, a certificate, a late
 * second DNS answer, the clock offset of a server.
 *
 * @param at since the start of the trial
 * @param key a stable snake_case name, e.g. {@code icmp}, {@code dns_answer}, {@code
 *     tls_certificate_sha256}
 * @param value server-controlled text is allowed here and must be escaped by every writer
 */
public record Observation(Duration at, String key, String value) {}
