package org.vpnprobe.report.html;

import gg.jte.html.OwaspHtmlTemplateOutput;
import gg.jte.output.WriterOutput;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import org.vpnprobe.report.Dossier;
import org.vpnprobe.report.Format;
import org.vpnprobe.report.html.templates.JtepageGenerated;

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
    JtepageGenerated.render(
        new OwaspHtmlTemplateOutput(new WriterOutput(writer)), null, Page.of(dossier));
    writer.flush();
  }
}
