package org.vpnprobe.lab;

import org.vpnprobe.model.HostPort;
import org.vpnprobe.protocol.Settings;

/**
 * An endpoint of the plan that the lab has to serve.
 *
 * @param protocol its name in the registry
 * @param settings those of the client that its server accepts
 * @param address as the plan names it, made up, with a port
 */
public record LabServer(String protocol, Settings settings, HostPort address) {}
