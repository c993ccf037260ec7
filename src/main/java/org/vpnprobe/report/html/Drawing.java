package org.vpnprobe.report.html;

import gg.jte.html.OwaspHtmlTemplateOutput;
import gg.jte.output.StringOutput;
import gg.jte.output.WriterOutput;
import java.io.Writer;
import org.vpnprobe.report.html.templates.JtepageGenerated;
import org.vpnprobe.report.html.templates.JtestoryGenerated;

/** The only one that knows the templates: nothing of theirs is loaded until a page is written. */
final class Drawing {
  private Drawing() {}

  static void page(Page page, Writer out) {
    JtepageGenerated.render(new OwaspHtmlTemplateOutput(new WriterOutput(out)), null, page);
  }

  /** One story's markup. */
  static String story(Story story) {
    StringOutput text = new StringOutput();
    JtestoryGenerated.render(new OwaspHtmlTemplateOutput(text), null, story);
    return text.toString();
  }
}
