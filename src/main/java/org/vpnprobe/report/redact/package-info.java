/**
 * Takes addresses and host names out of what is made to be shared: one transform of the dossier, in
 * front of every format. What it knows comes from the journals; what nobody listed is found by its
 * form. It cannot hide what is no address: times, carriers, counts, the names a user chose.
 */
@org.jspecify.annotations.NullMarked
package org.vpnprobe.report.redact;
