/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-front"

#include "tray-face.h"

#include <gdk-pixbuf/gdk-pixbuf.h>

#include "front.h"

#define ICONS "/io/bellhop/Bellhop/icons/scalable/apps/"

/* Of panels, at one and at two pixels a point. */
static const int sizes[] = {16, 22, 24, 32, 48, 64};

static const char *const names[BH_N_TRAY_FACES] = {
    [BH_TRAY_WELL] = BH_FRONT_ID "-well",
    [BH_TRAY_ATTENTION] = BH_FRONT_ID "-attention",
    [BH_TRAY_STOPPED] = BH_FRONT_ID "-stopped",
};

const char *
bh_tray_face_get_icon_name(BhTrayFace face)
{
  return names[face];
}

/* From RGBA, row by row with whatever padding. Returns: (transfer floating): "ay" */
static GVariant *
make_argb(const GdkPixbuf *picture)
{
  int width = gdk_pixbuf_get_width(picture), height = gdk_pixbuf_get_height(picture);
  int stride = gdk_pixbuf_get_rowstride(picture);
  const guint8 *pixels = gdk_pixbuf_read_pixels(picture);
  gsize size_bytes = (gsize)width * (gsize)height * 4;
  guint8 *argb = g_malloc(size_bytes);
  guint8 *next = argb;

  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++) {
      const guint8 *from = pixels + (gsize)y * (gsize)stride + (gsize)x * 4;

      *next++ = from[3];
      *next++ = from[0];
      *next++ = from[1];
      *next++ = from[2];
    }
  return g_variant_new_from_data(G_VARIANT_TYPE("ay"), argb, size_bytes, TRUE, g_free, argb);
}

GVariant *
bh_tray_face_draw(BhTrayFace face)
{
  g_autofree char *path = g_strconcat(ICONS, names[face], ".svg", NULL);
  GVariantBuilder builder;

  g_variant_builder_init(&builder, G_VARIANT_TYPE("a(iiay)"));
  for (gsize i = 0; i < G_N_ELEMENTS(sizes); i++) {
    g_autoptr(GdkPixbuf) picture =
        gdk_pixbuf_new_from_resource_at_scale(path, sizes[i], sizes[i], TRUE, NULL);

    /* An SVG comes with transparency in eight bits a channel. */
    if (picture != NULL && gdk_pixbuf_get_n_channels(picture) == 4)
      g_variant_builder_add(&builder, "(ii@ay)", gdk_pixbuf_get_width(picture),
                            gdk_pixbuf_get_height(picture), make_argb(picture));
  }
  return g_variant_builder_end(&builder);
}
