package org.vpnprobe.protocol;

import org.vpnprobe.model.InvalidSetting;

/**
 * The settings of one protocol: a record next to its handshake, bound straight from YAML. Its
 * components are the YAML keys in snake_case; {@code @Nullable} ones are optional. Types of
 * components and their YAML forms are listed in {@code org.vpnprobe.config}. A compact constructor
 * may throw {@link InvalidSetting} for rules between keys.
 */
public interface Settings {}
