/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-front"

#include "devices-page.h"

#include "column.h"
#include "device-row.h"
#include "plain-names.h"

struct _BhDevicesPage {
  GtkBox parent_instance;

  BhHouseModel *model;
  GtkWidget *list, *empty;
};

G_DEFINE_FINAL_TYPE(BhDevicesPage, bh_devices_page, GTK_TYPE_BOX)

static GtkWidget *
make_row(gpointer item, gpointer model)
{
  return bh_device_row_new(model, item);
}

static void
on_row_activated(GtkListBox *list, GtkListBoxRow *row, BhDevicesPage *self)
{
  bh_device_row_toggle(BH_DEVICE_ROW(row));
}

static void
on_changed(BhHouseModel *model, BhDevicesPage *self)
{
  gboolean any = bh_house_list_get_count(bh_house_model_get_devices(model)) > 0;

  gtk_widget_set_visible(self->list, any);
  /* Before the first answer nobody knows. */
  gtk_widget_set_visible(self->empty, !any && bh_house_model_get_status(model) != NULL);
}

static void
bh_devices_page_dispose(GObject *object)
{
  BhDevicesPage *self = BH_DEVICES_PAGE(object);

  g_clear_object(&self->model);
  G_OBJECT_CLASS(bh_devices_page_parent_class)->dispose(object);
}

static void
bh_devices_page_class_init(BhDevicesPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

  G_OBJECT_CLASS(klass)->dispose = bh_devices_page_dispose;
  g_type_ensure(BH_TYPE_COLUMN);
  gtk_widget_class_set_template_from_resource(widget_class,
                                              "/io/bellhop/Bellhop/ui/devices-page.ui");
  gtk_widget_class_bind_template_child(widget_class, BhDevicesPage, list);
  gtk_widget_class_bind_template_child(widget_class, BhDevicesPage, empty);
  gtk_widget_class_bind_template_callback(widget_class, on_row_activated);
}

static void
bh_devices_page_init(BhDevicesPage *self)
{
  gtk_widget_init_template(GTK_WIDGET(self));
  bh_plain_names(GTK_WIDGET(self));
}

GtkWidget *
bh_devices_page_new(BhHouseModel *model)
{
  BhDevicesPage *self = g_object_new(BH_TYPE_DEVICES_PAGE, NULL);

  self->model = g_object_ref(model);
  gtk_list_box_bind_model(GTK_LIST_BOX(self->list), G_LIST_MODEL(bh_house_model_get_devices(model)),
                          make_row, model, NULL);
  g_signal_connect_object(model, "changed", G_CALLBACK(on_changed), self, 0);
  on_changed(model, self);
  return GTK_WIDGET(self);
}
