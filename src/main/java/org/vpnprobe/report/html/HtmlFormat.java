package org.vpnprobe.report.html;

import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import org.vpnprobe.report.Dossier;
import org.vpnprobe.report.Format;

/** One self-contained page for people: what works on which carrier, and why not. */
public final class HtmlFormat implements Format {
  @Override
  public String name() {
    return "html";
  }

  @Override
  public String fileName() {
    return "report.html";
  }

  @Override
  public boolean shared() {
    return true;
  }

  @Override
  public void write(Dossier dossier, OutputStream out) throws IOException {
    Writer writer = new OutputStreamWriter(out, StandardCharsets.UTF_8);
    Drawing.page(Page.of(dossier), writer);
    writer.flush();
  }
}
