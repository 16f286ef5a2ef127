/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-front"

#include "qr-picture.h"

#include "qr-code.h"

/* A phone at arm's length reads 4 pixels a module; the window's smallest size gives that. */
#define MIN_SIZE     220
#define NATURAL_SIZE 300

struct _BhQrPicture {
  GtkWidget parent_instance;

  BhQrCode *code; /* (nullable) */
};

G_DEFINE_FINAL_TYPE(BhQrPicture, bh_qr_picture, GTK_TYPE_WIDGET)

static void
fill(GtkSnapshot *snapshot, const GdkRGBA *colour, int x, int y, int width, int height)
{
  gtk_snapshot_append_color(snapshot, colour,
                            &GRAPHENE_RECT_INIT((float)x, (float)y, (float)width, (float)height));
}

/* Runs of dark modules as one rectangle each: a code has about 500 of them. */
static void
draw_row(BhQrPicture *self, GtkSnapshot *snapshot, int left, int top, int module, guint row)
{
  const GdkRGBA black = {0, 0, 0, 1};
  guint width = bh_qr_code_get_width(self->code);
  guint x = 0;

  while (x < width) {
    guint start = x;

    while (x < width && bh_qr_code_is_dark(self->code, (gint)x, (gint)row))
      x++;
    if (x > start)
      fill(snapshot, &black, left + (int)start * module, top + (int)row * module,
           (int)(x - start) * module, module);
    else
      x++;
  }
}

static void
bh_qr_picture_snapshot(GtkWidget *widget, GtkSnapshot *snapshot)
{
  BhQrPicture *self = BH_QR_PICTURE(widget);
  const GdkRGBA white = {1, 1, 1, 1};
  int width = gtk_widget_get_width(widget), height = gtk_widget_get_height(widget);
  int modules, module, left, top;

  if (self->code == NULL)
    return;
  modules = (int)bh_qr_code_get_width(self->code) + 2 * BH_QR_CODE_QUIET;
  module = MAX(1, MIN(width, height) / modules);
  left = (width - module * modules) / 2;
  top = (height - module * modules) / 2;
  fill(snapshot, &white, left, top, module * modules, module * modules);
  for (guint row = 0; row < bh_qr_code_get_width(self->code); row++)
    draw_row(self, snapshot, left + BH_QR_CODE_QUIET * module, top + BH_QR_CODE_QUIET * module,
             module, row);
}

static void
bh_qr_picture_measure(GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                      int *natural, int *minimum_baseline, int *natural_baseline)
{
  *minimum = MIN_SIZE;
  *natural = MAX(NATURAL_SIZE, for_size);
}

static GtkSizeRequestMode
bh_qr_picture_get_request_mode(GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_CONSTANT_SIZE;
}

static void
bh_qr_picture_finalize(GObject *object)
{
  BhQrPicture *self = BH_QR_PICTURE(object);

  g_clear_pointer(&self->code, bh_qr_code_free);
  G_OBJECT_CLASS(bh_qr_picture_parent_class)->finalize(object);
}

static void
bh_qr_picture_class_init(BhQrPictureClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

  G_OBJECT_CLASS(klass)->finalize = bh_qr_picture_finalize;
  widget_class->snapshot = bh_qr_picture_snapshot;
  widget_class->measure = bh_qr_picture_measure;
  widget_class->get_request_mode = bh_qr_picture_get_request_mode;
  gtk_widget_class_set_css_name(widget_class, "qrpicture");
  gtk_widget_class_set_accessible_role(widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
bh_qr_picture_init(BhQrPicture *self)
{
}

void
bh_qr_picture_set_text(BhQrPicture *picture, const char *text)
{
  g_clear_pointer(&picture->code, bh_qr_code_free);
  if (text != NULL)
    picture->code = bh_qr_code_new(text, BH_QR_USE_SCREEN);
  gtk_widget_queue_draw(GTK_WIDGET(picture));
}
