/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-front"

#include "status-page.h"

struct _BhStatusPage {
  GtkWidget parent_instance;

  GtkWidget *content;
  GtkLabel *sentence;
};

G_DEFINE_FINAL_TYPE(BhStatusPage, bh_status_page, GTK_TYPE_WIDGET)

static void
on_changed(BhHouseModel *model, BhStatusPage *self)
{
  gtk_label_set_label(self->sentence, bh_house_model_get_sentence(model));
}

static void
bh_status_page_dispose(GObject *object)
{
  g_clear_pointer(&BH_STATUS_PAGE(object)->content, gtk_widget_unparent);
  G_OBJECT_CLASS(bh_status_page_parent_class)->dispose(object);
}

static void
bh_status_page_class_init(BhStatusPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

  G_OBJECT_CLASS(klass)->dispose = bh_status_page_dispose;
  gtk_widget_class_set_layout_manager_type(widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource(widget_class,
                                              "/io/bellhop/Bellhop/ui/status-page.ui");
  gtk_widget_class_bind_template_child(widget_class, BhStatusPage, content);
  gtk_widget_class_bind_template_child(widget_class, BhStatusPage, sentence);
}

static void
bh_status_page_init(BhStatusPage *self)
{
  gtk_widget_init_template(GTK_WIDGET(self));
}

GtkWidget *
bh_status_page_new(BhHouseModel *model)
{
  BhStatusPage *self = g_object_new(BH_TYPE_STATUS_PAGE, NULL);

  g_signal_connect_object(model, "changed", G_CALLBACK(on_changed), self, 0);
  on_changed(model, self);
  return GTK_WIDGET(self);
}
