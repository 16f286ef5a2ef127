/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-front"

#include "pair-page.h"

#include <glib/gi18n.h>
#include <string.h>

#include "column.h"
#include "fact-row.h"
#include "house-words.h"
#include "plain-names.h"
#include "qr-picture.h"
#include "task-bar.h"

/* Somebody stands there with the phone: the house is asked this often. */
#define LOOK_MS 700
/* A code is replaced while it can still be scanned. */
#define SPARE_MS 30000
/* Roles that nearly every device has; the others are behind a button. */
#define N_FIRST_ROLES 3

struct _BhPairPage {
  GtkBox parent_instance;

  BhHouseModel *model;
  GtkWidget *title, *choices, *more_button, *more_choices;
  BhTaskBar *task_bar;
  GtkStack *stack;
  BhQrPicture *qr;
  GtkWidget *how, *validity, *copy_button, *again_button, *compare;
  GtkWidget *paired_mark, *paired_words, *name_entry, *name_button, *next_button;
  GtkWidget *requests_title, *requests;
  GtkWidget *role_buttons[BH_N_ROLE_WORDS];

  const char *role;
  char *link;         /* (nullable): of the code that is shown; a secret */
  GHashTable *made;   /* ids of the codes of this page that no device has come by: one that was
                         scanned just before the next one took its place counts too */
  gint64 ends_us;     /* of the code, monotonic */
  char *device_id;    /* (nullable): the one that came */
  gboolean is_wanted; /* a code, as soon as the hub serves */
  guint look_source;  /* while the page is seen */
};

G_DEFINE_FINAL_TYPE(BhPairPage, bh_pair_page, GTK_TYPE_BOX)

enum { PAIRED, N_SIGNALS };
static guint signals[N_SIGNALS];

/* --- the code --- */

static void
forget_link(BhPairPage *self)
{
  g_clear_pointer(&self->link, g_free);
  bh_qr_picture_set_text(self->qr, NULL);
  gtk_widget_set_sensitive(self->copy_button, FALSE);
}

static void
show_validity(BhPairPage *self)
{
  gint64 left_min = (self->ends_us - g_get_monotonic_time()) / G_USEC_PER_SEC / 60 + 1;
  g_autofree char *words = NULL;

  if (self->link == NULL)
    return;
  words = g_strdup_printf(ngettext("Good for one device and %d minute.",
                                   "Good for one device and %d minutes.", (gulong)left_min),
                          (int)left_min);
  gtk_label_set_text(GTK_LABEL(self->validity), words);
}

/* Where a device without a camera goes: the link's address alone. */
static void
show_compare(BhPairPage *self)
{
  const char *end = strchr(self->link, '#');
  g_autofree char *address =
      g_strndup(self->link, end != NULL ? (gsize)(end - self->link) : strlen(self->link));
  /* Read from the left in every language. */
  g_autofree char *isolated = g_strdup_printf("\u2068%s\u2069", address);
  g_autofree char *words = g_strdup_printf(
      _("No camera? Open %s on the device. It shows six digits, which appear here to be compared."),
      isolated);

  gtk_label_set_text(GTK_LABEL(self->compare), words);
}

static void
link_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(BhPairPage) self = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(json_t) answer = bh_house_model_call_finish(BH_HOUSE_MODEL(source), result, &error);
  const char *link_id;
  gint64 left_ms;

  if (!bh_task_bar_end(self->task_bar, answer == NULL ? error : NULL, NULL))
    return;
  link_id = json_string_value(json_object_get(answer, "linkId"));
  if (link_id != NULL)
    g_hash_table_add(self->made, g_strdup(link_id));
  g_free(self->link);
  self->link = g_strdup(json_string_value(json_object_get(answer, "link")));
  left_ms = json_integer_value(json_object_get(answer, "expiresMs"));
  self->ends_us = g_get_monotonic_time() + left_ms * 1000;
  if (self->link == NULL)
    return;
  bh_qr_picture_set_text(self->qr, self->link);
  gtk_widget_set_sensitive(self->copy_button, TRUE);
  show_validity(self);
  show_compare(self);
}

static void
make_link(BhPairPage *self)
{
  forget_link(self);
  g_clear_pointer(&self->device_id, g_free);
  gtk_stack_set_visible_child_name(self->stack, "code");
  bh_house_model_call_async(
      self->model, "pair/links",
      json_pack("{s:s, s:s}", "role", self->role, "name", bh_role_words_title(self->role)),
      bh_task_bar_begin_firm(self->task_bar, _("Making a code")), link_cb, g_object_ref(self));
}

/* A code is made once there is somebody to look at it and a hub to make it; what went wrong is said
 * and not tried again by itself. */
static void
look_after_link(BhPairPage *self)
{
  gboolean serves = bh_house_model_is_serving(self->model);

  if (serves && self->is_wanted) {
    self->is_wanted = FALSE;
    make_link(self);
  }
}

static void
on_again(GtkButton *button, BhPairPage *self)
{
  make_link(self);
}

static void
on_copy(GtkButton *button, BhPairPage *self)
{
  if (self->link != NULL)
    gdk_clipboard_set_text(gtk_widget_get_clipboard(GTK_WIDGET(self)), self->link);
}

/* Who asks does not say what it wants to be: the choice above is what it becomes. */
static void
show_request(BhPairPage *self, GtkWidget *row, BhHouseItem *item)
{
  g_autofree char *words =
      g_strdup_printf(_("It asks from %s, and will be let in as %s."),
                      bh_house_item_get_text(item, "address"), bh_role_words_title(self->role));

  bh_fact_row_set(BH_FACT_ROW(row), BH_TONE_BUSY, words);
}

static void
set_role(BhPairPage *self, const char *role)
{
  BhHouseList *requests = bh_house_model_get_requests(self->model);

  self->role = role;
  for (guint i = 0; i < bh_house_list_get_count(requests); i++)
    show_request(self,
                 GTK_WIDGET(gtk_list_box_get_row_at_index(GTK_LIST_BOX(self->requests), (int)i)),
                 bh_house_list_get(requests, i));
}

static void
on_role(GtkToggleButton *button, BhPairPage *self)
{
  const char *role = g_object_get_data(G_OBJECT(button), "role");

  if (!gtk_toggle_button_get_active(button) || role == self->role)
    return;
  set_role(self, role);
  if (gtk_widget_get_mapped(GTK_WIDGET(self)) && bh_house_model_is_serving(self->model))
    make_link(self);
}

/* --- who came --- */

static void
show_newcomer(BhPairPage *self)
{
  BhHouseItem *item = bh_house_list_find(bh_house_model_get_devices(self->model), self->device_id);
  g_autofree char *words = NULL;

  if (item == NULL)
    return;
  words = g_strdup_printf(bh_house_item_get_flag(item, "online") ? _("“%s” is connected")
                                                                 : _("“%s” is paired"),
                          bh_house_item_get_text(item, "name"));
  gtk_label_set_text(GTK_LABEL(self->paired_words), words);
}

static void
welcome(BhPairPage *self, BhHouseItem *item)
{
  g_free(self->device_id);
  self->device_id = g_strdup(bh_house_item_get_key(item));
  forget_link(self);
  show_newcomer(self);
  bh_tone_mark(GTK_IMAGE(self->paired_mark), BH_TONE_GOOD);
  gtk_editable_set_text(GTK_EDITABLE(self->name_entry), bh_house_item_get_text(item, "name"));
  gtk_stack_set_visible_child_name(self->stack, "paired");
  /* Who has gone on to another page goes on typing there. */
  if (gtk_widget_get_mapped(GTK_WIDGET(self))) {
    gtk_widget_grab_focus(self->name_entry);
    gdk_display_beep(gtk_widget_get_display(GTK_WIDGET(self)));
  }
  g_signal_emit(self, signals[PAIRED], 0, self->device_id);
}

static void
on_changed(BhHouseModel *model, BhPairPage *self)
{
  BhHouseList *devices = bh_house_model_get_devices(model);
  gboolean asked = bh_house_list_get_count(bh_house_model_get_requests(model)) > 0;

  look_after_link(self);
  gtk_widget_set_visible(self->requests, asked);
  gtk_widget_set_visible(self->requests_title, asked);
  if (self->device_id != NULL)
    show_newcomer(self);
  for (guint i = 0; i < bh_house_list_get_count(devices); i++) {
    BhHouseItem *item = bh_house_list_get(devices, i);

    if (g_hash_table_remove(self->made, bh_house_item_get_text(item, "linkId")))
      welcome(self, item);
  }
}

static void
rename_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(BhPairPage) self = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(json_t) answer = bh_house_model_call_finish(BH_HOUSE_MODEL(source), result, &error);

  bh_task_bar_end(self->task_bar, answer == NULL ? error : NULL, NULL);
}

static void
on_rename(BhPairPage *self)
{
  if (self->device_id == NULL)
    return;
  bh_house_model_call_async(self->model, "devices/rename",
                            json_pack("{s:s, s:s}", "deviceId", self->device_id, "name",
                                      gtk_editable_get_text(GTK_EDITABLE(self->name_entry))),
                            bh_task_bar_begin_firm(self->task_bar, _("Giving it the name")),
                            rename_cb, g_object_ref(self));
}

/* --- who asks with a number --- */

static void
answer_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(BhPairPage) self = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(json_t) answer = bh_house_model_call_finish(BH_HOUSE_MODEL(source), result, &error);

  bh_task_bar_end(self->task_bar, answer == NULL ? error : NULL,
                  json_object_get(answer, "deviceId") != NULL ? _("The device is let in.") : NULL);
}

static void
on_accept(GtkButton *button, gpointer data)
{
  BhHouseItem *item = data;
  BhPairPage *self = BH_PAIR_PAGE(gtk_widget_get_ancestor(GTK_WIDGET(button), BH_TYPE_PAIR_PAGE));
  const char *name = bh_house_item_get_text(item, "name");

  bh_house_model_call_async(
      self->model, "pair/requests/accept",
      json_pack("{s:s, s:s, s:s, s:s}", "requestId", bh_house_item_get_key(item), "code",
                bh_house_item_get_text(item, "code"), "role", self->role, "name",
                *name != '\0' ? name : bh_role_words_title(self->role)),
      bh_task_bar_begin_firm(self->task_bar, _("Letting it in")), answer_cb, g_object_ref(self));
}

static void
on_decline(GtkButton *button, gpointer data)
{
  BhHouseItem *item = data;
  BhPairPage *self = BH_PAIR_PAGE(gtk_widget_get_ancestor(GTK_WIDGET(button), BH_TYPE_PAIR_PAGE));

  bh_house_model_call_async(self->model, "pair/requests/decline",
                            json_pack("{s:s}", "requestId", bh_house_item_get_key(item)),
                            bh_task_bar_begin_firm(self->task_bar, _("Turning it away")), answer_cb,
                            g_object_ref(self));
}

static GtkWidget *
make_request(gpointer data, gpointer page)
{
  BhHouseItem *item = data;
  const char *name = bh_house_item_get_text(item, "name");
  const char *code = bh_house_item_get_text(item, "code");
  g_autofree char *spaced =
      strlen(code) == 6 ? g_strdup_printf("%.3s %s", code, code + 3) : g_strdup(code);
  GtkWidget *row = bh_fact_row_new(*name != '\0' ? name : _("A device without a name"));
  GtkWidget *number = gtk_label_new(spaced);
  GtkWidget *accept = gtk_button_new_with_mnemonic(_("_Same number: let it in"));
  GtkWidget *decline = gtk_button_new_with_mnemonic(_("_Turn away"));

  bh_fact_row_set_icon(BH_FACT_ROW(row), "phone-symbolic");
  show_request(page, row, item);
  gtk_widget_add_css_class(number, "code");
  gtk_widget_add_css_class(accept, "brass");
  gtk_widget_set_valign(accept, GTK_ALIGN_CENTER);
  gtk_widget_set_valign(decline, GTK_ALIGN_CENTER);
  g_signal_connect_object(accept, "clicked", G_CALLBACK(on_accept), item, 0);
  g_signal_connect_object(decline, "clicked", G_CALLBACK(on_decline), item, 0);
  bh_plain_names(accept);
  bh_plain_names(decline);
  bh_fact_row_add(BH_FACT_ROW(row), number);
  bh_fact_row_add(BH_FACT_ROW(row), accept);
  bh_fact_row_add(BH_FACT_ROW(row), decline);
  return row;
}

/* --- while it is seen --- */

static gboolean
on_look(gpointer user_data)
{
  BhPairPage *self = user_data;

  if (self->link != NULL && self->ends_us - g_get_monotonic_time() < SPARE_MS * 1000)
    make_link(self);
  show_validity(self);
  bh_house_model_refresh(self->model);
  return G_SOURCE_CONTINUE;
}

static void
bh_pair_page_map(GtkWidget *widget)
{
  BhPairPage *self = BH_PAIR_PAGE(widget);

  GTK_WIDGET_CLASS(bh_pair_page_parent_class)->map(widget);
  self->look_source = g_timeout_add(LOOK_MS, on_look, self);
  g_source_set_name_by_id(self->look_source, "bellhop pairing");
  self->is_wanted = self->link == NULL;
  look_after_link(self);
}

/* A code that nobody looks at is not left lying there. */
static void
bh_pair_page_unmap(GtkWidget *widget)
{
  BhPairPage *self = BH_PAIR_PAGE(widget);

  g_clear_handle_id(&self->look_source, g_source_remove);
  GTK_WIDGET_CLASS(bh_pair_page_parent_class)->unmap(widget);
}

/* --- life --- */

static GtkWidget *
make_choice(BhPairPage *self, int i)
{
  GtkWidget *button = gtk_toggle_button_new();
  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *icon = bh_decoration(bh_role_words_icon(bh_role_names[i]));
  GtkWidget *title = gtk_label_new(bh_role_words_title(bh_role_names[i]));
  GtkWidget *hint = gtk_label_new(bh_role_words_hint(bh_role_names[i]));

  gtk_widget_add_css_class(button, "choice");
  gtk_widget_add_css_class(icon, "mark-role");
  gtk_widget_add_css_class(title, "row-title");
  gtk_widget_add_css_class(hint, "soft");
  gtk_label_set_wrap(GTK_LABEL(hint), TRUE);
  gtk_label_set_justify(GTK_LABEL(hint), GTK_JUSTIFY_CENTER);
  gtk_box_append(GTK_BOX(box), icon);
  gtk_box_append(GTK_BOX(box), title);
  gtk_box_append(GTK_BOX(box), hint);
  gtk_button_set_child(GTK_BUTTON(button), box);
  gtk_accessible_update_property(
      GTK_ACCESSIBLE(button), GTK_ACCESSIBLE_PROPERTY_LABEL, bh_role_words_title(bh_role_names[i]),
      GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, bh_role_words_hint(bh_role_names[i]), -1);
  g_object_set_data(G_OBJECT(button), "role", (gpointer)bh_role_names[i]);
  if (i > 0)
    gtk_toggle_button_set_group(GTK_TOGGLE_BUTTON(button),
                                GTK_TOGGLE_BUTTON(self->role_buttons[0]));
  self->role_buttons[i] = button;
  return button;
}

static void
bh_pair_page_dispose(GObject *object)
{
  BhPairPage *self = BH_PAIR_PAGE(object);

  g_clear_handle_id(&self->look_source, g_source_remove);
  g_clear_object(&self->model);
  G_OBJECT_CLASS(bh_pair_page_parent_class)->dispose(object);
}

static void
bh_pair_page_finalize(GObject *object)
{
  BhPairPage *self = BH_PAIR_PAGE(object);

  g_hash_table_unref(self->made);
  g_free(self->link);
  g_free(self->device_id);
  G_OBJECT_CLASS(bh_pair_page_parent_class)->finalize(object);
}

static void
bh_pair_page_class_init(BhPairPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS(klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

  object_class->dispose = bh_pair_page_dispose;
  object_class->finalize = bh_pair_page_finalize;
  widget_class->map = bh_pair_page_map;
  widget_class->unmap = bh_pair_page_unmap;
  signals[PAIRED] = g_signal_new("paired", G_TYPE_FROM_CLASS(klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  g_type_ensure(BH_TYPE_COLUMN);
  g_type_ensure(BH_TYPE_QR_PICTURE);
  g_type_ensure(BH_TYPE_TASK_BAR);
  gtk_widget_class_set_template_from_resource(widget_class, "/io/bellhop/Bellhop/ui/pair-page.ui");
  gtk_widget_class_bind_template_child(widget_class, BhPairPage, title);
  gtk_widget_class_bind_template_child(widget_class, BhPairPage, choices);
  gtk_widget_class_bind_template_child(widget_class, BhPairPage, more_button);
  gtk_widget_class_bind_template_child(widget_class, BhPairPage, more_choices);
  gtk_widget_class_bind_template_child(widget_class, BhPairPage, task_bar);
  gtk_widget_class_bind_template_child(widget_class, BhPairPage, stack);
  gtk_widget_class_bind_template_child(widget_class, BhPairPage, qr);
  gtk_widget_class_bind_template_child(widget_class, BhPairPage, how);
  gtk_widget_class_bind_template_child(widget_class, BhPairPage, validity);
  gtk_widget_class_bind_template_child(widget_class, BhPairPage, copy_button);
  gtk_widget_class_bind_template_child(widget_class, BhPairPage, again_button);
  gtk_widget_class_bind_template_child(widget_class, BhPairPage, compare);
  gtk_widget_class_bind_template_child(widget_class, BhPairPage, paired_mark);
  gtk_widget_class_bind_template_child(widget_class, BhPairPage, paired_words);
  gtk_widget_class_bind_template_child(widget_class, BhPairPage, name_entry);
  gtk_widget_class_bind_template_child(widget_class, BhPairPage, name_button);
  gtk_widget_class_bind_template_child(widget_class, BhPairPage, next_button);
  gtk_widget_class_bind_template_child(widget_class, BhPairPage, requests_title);
  gtk_widget_class_bind_template_child(widget_class, BhPairPage, requests);
  gtk_widget_class_bind_template_callback(widget_class, on_again);
  gtk_widget_class_bind_template_callback(widget_class, on_copy);
  gtk_widget_class_bind_template_callback(widget_class, on_rename);
}

static void
bh_pair_page_init(BhPairPage *self)
{
  gtk_widget_init_template(GTK_WIDGET(self));
  bh_plain_names(GTK_WIDGET(self));
  self->role = bh_role_names[0];
  self->made = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  for (int i = 0; i < BH_N_ROLE_WORDS; i++)
    gtk_box_append(GTK_BOX(i < N_FIRST_ROLES ? self->choices : self->more_choices),
                   make_choice(self, i));
  gtk_toggle_button_set_active(GTK_TOGGLE_BUTTON(self->role_buttons[0]), TRUE);
  for (int i = 0; i < BH_N_ROLE_WORDS; i++)
    g_signal_connect(self->role_buttons[i], "toggled", G_CALLBACK(on_role), self);
  gtk_widget_set_sensitive(self->copy_button, FALSE);
}

GtkWidget *
bh_pair_page_new(BhHouseModel *model)
{
  BhPairPage *self = g_object_new(BH_TYPE_PAIR_PAGE, NULL);

  self->model = g_object_ref(model);
  gtk_list_box_bind_model(GTK_LIST_BOX(self->requests),
                          G_LIST_MODEL(bh_house_model_get_requests(model)), make_request, self,
                          NULL);
  g_signal_connect_object(model, "changed", G_CALLBACK(on_changed), self, 0);
  on_changed(model, self);
  return GTK_WIDGET(self);
}

void
bh_pair_page_fix_role(BhPairPage *page, const char *role)
{
  for (int i = 0; i < BH_N_ROLE_WORDS; i++)
    if (g_str_equal(bh_role_names[i], role))
      set_role(page, bh_role_names[i]);
  gtk_widget_hide(page->title);
  gtk_widget_hide(page->choices);
  gtk_widget_hide(page->more_button);
  gtk_widget_hide(page->next_button);
}
