package dev.graft.harness.report.figure;

import com.github.weisj.jsvg.SVGDocument;
import com.github.weisj.jsvg.parser.DocumentLimits;
import com.github.weisj.jsvg.parser.LoaderContext;
import com.github.weisj.jsvg.parser.SVGLoader;
import com.github.weisj.jsvg.view.FloatSize;
import de.rototor.pdfbox.graphics2d.PdfBoxGraphics2D;
import dev.graft.GraftException;
import java.awt.Font;
import java.awt.FontFormatException;
import java.awt.Graphics2D;
import java.awt.GraphicsEnvironment;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import javax.imageio.ImageIO;
import javax.swing.JComponent;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDPageContentStream;
import org.apache.pdfbox.pdmodel.common.PDRectangle;
import org.apache.pdfbox.util.Matrix;

/** An SVG in forms that papers and those who write them can take. */
final class Picture {
  /** Liberation Sans, which has the widths of Arial; PDFBox brings it along. */
  private static final String FONT = "/org/apache/pdfbox/resources/ttf/LiberationSans-Regular.ttf";

  /** A pixel of an SVG is so many in a PNG. */
  private static final int SCALE = 2;

  /** There are 96 pixels and 72 points in an inch. */
  private static final float POINTS_A_PIXEL = 72f / 96;

  /** Curves of hundreds of trials are as many elements. */
  private static final int MOST_ELEMENTS = 1_000_000;

  private final SVGDocument document;
  private final FloatSize size;

  private Picture(SVGDocument document) {
    this.document = document;
    this.size = document.size();
  }

  static Picture of(String svg) {
    registerFont();
    DocumentLimits limits =
        new DocumentLimits(
            DocumentLimits.DEFAULT_MAX_NESTING_DEPTH,
            DocumentLimits.DEFAULT_MAX_USE_NESTING_DEPTH,
            MOST_ELEMENTS);
    SVGDocument document =
        new SVGLoader()
            .load(
                new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)),
                null,
                LoaderContext.builder().documentLimits(limits).build());
    if (document == null) {
      throw new IllegalStateException("ECharts drew what is no SVG: " + svg);
    }
    return new Picture(document);
  }

  /** The first that stills name, so that they look alike wherever they are drawn. */
  private static void registerFont() {
    try (InputStream in = PDDocument.class.getResourceAsStream(FONT)) {
      Font font = Font.createFont(Font.TRUETYPE_FONT, in);
      GraphicsEnvironment.getLocalGraphicsEnvironment().registerFont(font);
    } catch (IOException
        | FontFormatException
        | RuntimeException
        | LinkageError
        | InternalError e) {
      throw GraftException.machine("This Java can't draw text, so that PNG and PDF can't be made.")
          .found(e.toString())
          .remedy(
              "install fontconfig and FreeType, as by \"apt-get install fontconfig\"; SVG needs neither")
          .causedBy(e);
    }
  }

  byte[] png() {
    BufferedImage image =
        new BufferedImage(
            Math.round(SCALE * size.width),
            Math.round(SCALE * size.height),
            BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.scale(SCALE, SCALE);
    graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    graphics.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
    document.render((JComponent) null, graphics);
    graphics.dispose();
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "png", png);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return png.toByteArray();
  }

  /** A page of the picture's size, of lines and areas: text is drawn, so that no font is needed. */
  byte[] pdf() {
    ByteArrayOutputStream pdf = new ByteArrayOutputStream();
    try (PDDocument file = new PDDocument()) {
      PDPage page =
          new PDPage(new PDRectangle(size.width * POINTS_A_PIXEL, size.height * POINTS_A_PIXEL));
      file.addPage(page);
      PdfBoxGraphics2D graphics = new PdfBoxGraphics2D(file, size.width, size.height);
      document.render((JComponent) null, graphics);
      graphics.dispose();
      try (PDPageContentStream content = new PDPageContentStream(file, page)) {
        content.transform(Matrix.getScaleInstance(POINTS_A_PIXEL, POINTS_A_PIXEL));
        content.drawForm(graphics.getXFormObject());
      }
      file.save(pdf);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return pdf.toByteArray();
  }
}
