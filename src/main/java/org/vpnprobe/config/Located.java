package org.vpnprobe.config;

import org.vpnprobe.model.SourceMark;

/**
 * A value and the place where the user wrote it.
 *
 * @param written what may be shown of it: the text with its references, not with their values
 */
record Located<T>(SourceMark at, T value, String written) {}
