/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-front"

#include "column.h"

#define DEFAULT_MAX_WIDTH 720

struct _BhColumn {
  GtkWidget parent_instance;

  GtkWidget *child; /* (nullable) */
  int max_width;
};

static void bh_column_buildable_init(GtkBuildableIface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE(BhColumn, bh_column, GTK_TYPE_WIDGET,
                              G_IMPLEMENT_INTERFACE(GTK_TYPE_BUILDABLE, bh_column_buildable_init))

enum { PROP_0, PROP_CHILD, PROP_MAX_WIDTH, N_PROPS };
static GParamSpec *props[N_PROPS];
static GtkBuildableIface *parent_buildable;

static void
set_child(BhColumn *self, GtkWidget *child)
{
  g_clear_pointer(&self->child, gtk_widget_unparent);
  self->child = child;
  if (child != NULL)
    gtk_widget_set_parent(child, GTK_WIDGET(self));
}

static void
bh_column_add_child(GtkBuildable *buildable, GtkBuilder *builder, GObject *child, const char *type)
{
  if (GTK_IS_WIDGET(child))
    set_child(BH_COLUMN(buildable), GTK_WIDGET(child));
  else
    parent_buildable->add_child(buildable, builder, child, type);
}

static void
bh_column_buildable_init(GtkBuildableIface *iface)
{
  parent_buildable = g_type_interface_peek_parent(iface);
  iface->add_child = bh_column_add_child;
}

static GtkSizeRequestMode
bh_column_get_request_mode(GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
bh_column_measure(GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                  int *natural, int *minimum_baseline, int *natural_baseline)
{
  BhColumn *self = BH_COLUMN(widget);

  if (self->child == NULL)
    return;
  if (orientation == GTK_ORIENTATION_VERTICAL && for_size > self->max_width)
    for_size = self->max_width;
  gtk_widget_measure(self->child, orientation, for_size, minimum, natural, NULL, NULL);
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    *natural = MAX(*minimum, self->max_width);
}

static void
bh_column_size_allocate(GtkWidget *widget, int width, int height, int baseline)
{
  BhColumn *self = BH_COLUMN(widget);
  int minimum = 0, used;

  if (self->child == NULL)
    return;
  gtk_widget_measure(self->child, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL, NULL);
  used = MAX(minimum, MIN(width, self->max_width));
  gtk_widget_size_allocate(self->child, &(GtkAllocation){(width - used) / 2, 0, used, height},
                           baseline);
}

static void
bh_column_get_property(GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  BhColumn *self = BH_COLUMN(object);

  if (id == PROP_CHILD)
    g_value_set_object(value, self->child);
  else
    g_value_set_int(value, self->max_width);
}

static void
bh_column_set_property(GObject *object, guint id, const GValue *value, GParamSpec *spec)
{
  BhColumn *self = BH_COLUMN(object);

  if (id == PROP_CHILD)
    set_child(self, g_value_get_object(value));
  else
    self->max_width = g_value_get_int(value);
  gtk_widget_queue_resize(GTK_WIDGET(self));
}

static void
bh_column_dispose(GObject *object)
{
  set_child(BH_COLUMN(object), NULL);
  G_OBJECT_CLASS(bh_column_parent_class)->dispose(object);
}

static void
bh_column_class_init(BhColumnClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS(klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

  object_class->dispose = bh_column_dispose;
  object_class->get_property = bh_column_get_property;
  object_class->set_property = bh_column_set_property;
  widget_class->get_request_mode = bh_column_get_request_mode;
  widget_class->measure = bh_column_measure;
  widget_class->size_allocate = bh_column_size_allocate;
  props[PROP_CHILD] = g_param_spec_object("child", NULL, NULL, GTK_TYPE_WIDGET,
                                          G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  props[PROP_MAX_WIDTH] = g_param_spec_int("max-width", NULL, NULL, 1, G_MAXINT, DEFAULT_MAX_WIDTH,
                                           G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties(object_class, N_PROPS, props);
}

static void
bh_column_init(BhColumn *self)
{
  self->max_width = DEFAULT_MAX_WIDTH;
}
