/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-front"

#include "fact-row.h"

struct _BhFactRow {
  GtkListBoxRow parent_instance;

  GtkWidget *box;
  GtkWidget *mark;
  GtkWidget *title;
  GtkWidget *line;
  char *icon_name; /* (nullable) */
};

static void bh_fact_row_buildable_init(GtkBuildableIface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE(BhFactRow, bh_fact_row, GTK_TYPE_LIST_BOX_ROW,
                              G_IMPLEMENT_INTERFACE(GTK_TYPE_BUILDABLE, bh_fact_row_buildable_init))

enum { PROP_0, PROP_TITLE, PROP_LINE, PROP_PLAIN, N_PROPS };
static GParamSpec *props[N_PROPS];
static GtkBuildableIface *parent_buildable;

static const char *const tone_classes[] = {"quiet", "good", "busy", "attention", "stopped"};

void
bh_tone_mark_with_icon(GtkImage *image, BhTone tone, const char *icon_name)
{
  GtkWidget *widget = GTK_WIDGET(image);

  /* Said again every few seconds, nearly always the same: setting it would lay the page out anew.
   */
  if (gtk_widget_has_css_class(widget, bh_tone_get_class(tone)) &&
      g_strcmp0(gtk_image_get_icon_name(image), icon_name) == 0)
    return;
  for (gsize i = 0; i < G_N_ELEMENTS(tone_classes); i++)
    gtk_widget_remove_css_class(widget, tone_classes[i]);
  gtk_widget_add_css_class(widget, bh_tone_get_class(tone));
  gtk_image_set_from_icon_name(image, icon_name);
  gtk_accessible_update_property(GTK_ACCESSIBLE(image), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                 bh_tone_get_word(tone), -1);
}

void
bh_tone_mark(GtkImage *image, BhTone tone)
{
  bh_tone_mark_with_icon(image, tone, bh_tone_get_icon(tone));
}

GtkWidget *
bh_decoration(const char *icon_name)
{
  return g_object_new(GTK_TYPE_IMAGE, "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION,
                      "icon-name", icon_name, NULL);
}

/* The row as one thing, for who hears it. */
static void
tell(BhFactRow *self)
{
  g_autofree char *words = g_strdup_printf("%s: %s", gtk_label_get_text(GTK_LABEL(self->title)),
                                           gtk_label_get_text(GTK_LABEL(self->line)));

  gtk_accessible_update_property(GTK_ACCESSIBLE(self), GTK_ACCESSIBLE_PROPERTY_LABEL, words, -1);
}

static void
set_line(BhFactRow *self, const char *line)
{
  gtk_widget_set_visible(self->line, *line != '\0');
  if (g_str_equal(gtk_label_get_text(GTK_LABEL(self->line)), line))
    return;
  gtk_label_set_text(GTK_LABEL(self->line), line);
  tell(self);
}

void
bh_fact_row_set(BhFactRow *row, BhTone tone, const char *line)
{
  bh_tone_mark_with_icon(GTK_IMAGE(row->mark), tone,
                         row->icon_name != NULL ? row->icon_name : bh_tone_get_icon(tone));
  set_line(row, line);
}

void
bh_fact_row_set_title(BhFactRow *row, const char *title)
{
  if (g_strcmp0(gtk_label_get_text(GTK_LABEL(row->title)), title) == 0)
    return;
  gtk_label_set_text(GTK_LABEL(row->title), title);
  tell(row);
}

void
bh_fact_row_set_icon(BhFactRow *row, const char *icon_name)
{
  g_free(row->icon_name);
  row->icon_name = g_strdup(icon_name);
  gtk_image_set_from_icon_name(GTK_IMAGE(row->mark), icon_name);
}

void
bh_fact_row_add(BhFactRow *row, GtkWidget *widget)
{
  gtk_box_append(GTK_BOX(row->box), widget);
}

static void
bh_fact_row_add_child(GtkBuildable *buildable, GtkBuilder *builder, GObject *child,
                      const char *type)
{
  BhFactRow *self = BH_FACT_ROW(buildable);

  /* The template's own child comes first. */
  if (GTK_IS_WIDGET(child) && self->box != NULL && GTK_WIDGET(child) != self->box)
    bh_fact_row_add(self, GTK_WIDGET(child));
  else
    parent_buildable->add_child(buildable, builder, child, type);
}

static void
bh_fact_row_buildable_init(GtkBuildableIface *iface)
{
  parent_buildable = g_type_interface_peek_parent(iface);
  iface->add_child = bh_fact_row_add_child;
}

static void
bh_fact_row_set_property(GObject *object, guint id, const GValue *value, GParamSpec *spec)
{
  BhFactRow *self = BH_FACT_ROW(object);

  if (id == PROP_TITLE)
    bh_fact_row_set_title(self, g_value_get_string(value));
  else if (id == PROP_LINE)
    set_line(self, g_value_get_string(value));
  else
    gtk_widget_set_visible(self->mark, !g_value_get_boolean(value));
}

static void
bh_fact_row_finalize(GObject *object)
{
  g_free(BH_FACT_ROW(object)->icon_name);
  G_OBJECT_CLASS(bh_fact_row_parent_class)->finalize(object);
}

static void
bh_fact_row_class_init(BhFactRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS(klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

  object_class->set_property = bh_fact_row_set_property;
  object_class->finalize = bh_fact_row_finalize;
  props[PROP_TITLE] =
      g_param_spec_string("title", NULL, NULL, "", G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS);
  props[PROP_LINE] =
      g_param_spec_string("line", NULL, NULL, "", G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS);
  props[PROP_PLAIN] =
      g_param_spec_boolean("plain", NULL, NULL, FALSE, G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties(object_class, N_PROPS, props);
  gtk_widget_class_set_template_from_resource(widget_class, "/io/bellhop/Bellhop/ui/fact-row.ui");
  gtk_widget_class_bind_template_child(widget_class, BhFactRow, box);
  gtk_widget_class_bind_template_child(widget_class, BhFactRow, mark);
  gtk_widget_class_bind_template_child(widget_class, BhFactRow, title);
  gtk_widget_class_bind_template_child(widget_class, BhFactRow, line);
}

static void
bh_fact_row_init(BhFactRow *self)
{
  gtk_widget_init_template(GTK_WIDGET(self));
}

GtkWidget *
bh_fact_row_new(const char *title)
{
  return g_object_new(BH_TYPE_FACT_ROW, "title", title, NULL);
}
