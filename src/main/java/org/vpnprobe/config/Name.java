package org.vpnprobe.config;

import org.vpnprobe.model.SourceMark;

/**
 * A word that reports show or that other parts of the file refer to. Never holds a secret: it is
 * taken as written, and <code>${</code> is refused in it.
 */
record Name(SourceMark at, String text) {}
