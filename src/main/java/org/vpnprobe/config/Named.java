package org.vpnprobe.config;

import org.vpnprobe.model.SourceMark;

/**
 * One entry of a mapping whose keys are names that the user chose.
 *
 * @param at where the name stands
 */
record Named<T>(SourceMark at, String name, T value) {}
