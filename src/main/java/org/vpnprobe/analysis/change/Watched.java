package org.vpnprobe.analysis.change;

/**
 * One cell over time.
 *
 * @param cell {@code endpoint@carrier[/ip6]}
 * @param control its vantage is a control
 */
public record Watched(
    String cell, String endpoint, String protocol, boolean control, Series series) {}
