/**
 * The report as one page to look at: views made from a dossier here, drawn by the templates in
 * {@code src/main/jte}. Whatever a file or a server wrote passes {@link
 * org.vpnprobe.report.Printable} on its way into a view, and the templates escape every text. The
 * page's own style and script are the only ones its policy allows.
 */
@org.jspecify.annotations.NullMarked
package org.vpnprobe.report.html;
