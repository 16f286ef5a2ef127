/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhCommandPlan: what a command of the simple face (protocol section 3) comes to: the operations
 * that are still to be written for it, and what its acknowledgement says; or why it is refused.
 *
 * Planning looks at the committed state only and writes nothing: what is there already is not
 * planned again, so the same command twice leaves the same state and gets the same answer. A plain
 * struct. One main context.
 */
#pragma once

#include "json-text.h"
#include "property.h"
#include "role.h"

/* Longest `id` of a command, and of any id that a command names. */
#define BH_COMMAND_MAX_ID_BYTES 64

/* Ids that are derived from a command have as many characters as a log's. */
#define BH_COMMAND_DERIVED_CHARS 22

/* Who speaks, as the hub knows it for certain; nothing of it comes from the message. */
typedef struct {
  const char *device_id;  /* of a guest: its session's */
  BhRole role;            /* BH_ROLE_GUEST: the three that follow matter */
  const char *seating_id; /* (nullable): of a guest: %NULL: it is not seated */
  const char *place_id;   /* (nullable): of a guest */
  const char *person_id;  /* (nullable): who is signed in there; %NULL for a guest */
} BhCommandSender;

/* One operation to write. */
typedef struct {
  const char *kind; /* static */
  char *entity;
  json_t *body;
  gboolean is_private;
} BhCommandDraft;

typedef struct {
  GPtrArray *drafts; /* of BhCommandDraft; in one transaction; empty: all is there already */
  json_t *facts;     /* (nullable): an object whose members the `ack` bears */
  const char *code;  /* (nullable): static: it is refused; there are no drafts then */
  const char *text;  /* static: for whoever integrates it; set with @code */
} BhCommandPlan;

BhCommandPlan *bh_command_plan_new(void);
void bh_command_plan_free(BhCommandPlan *plan);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BhCommandPlan, bh_command_plan_free)

/** bh_command_plan_add: @kind: static; @body: (transfer full) */
void bh_command_plan_add(BhCommandPlan *plan, const char *kind, const char *entity, json_t *body);

/** bh_command_plan_add_private: the same, in the log that only those concerned see. */
void bh_command_plan_add_private(BhCommandPlan *plan, const char *kind, const char *entity,
                                 json_t *body);

/** bh_command_plan_refuse: drops what was planned. @code, @text: static. Returns: %FALSE */
gboolean bh_command_plan_refuse(BhCommandPlan *plan, const char *code, const char *text);

/** bh_command_plan_refuse_bad: `bad-message`. @text: static. Returns: %FALSE */
gboolean bh_command_plan_refuse_bad(BhCommandPlan *plan, const char *text);

/** bh_command_is_id: @text: (nullable): foreign; whether it may name an entity or a part of one */
gboolean bh_command_is_id(const char *text);

/**
 * bh_command_get_id:
 * @object: (nullable): foreign
 * @out: (out) (transfer none): %NULL where the member is absent or null
 *
 * Returns: %FALSE: it is there and no id
 */
gboolean bh_command_get_id(const json_t *object, const char *name, const char **out);

/**
 * bh_command_derive_id: the id that a command gives what it makes where it names none: the same on
 * every replica that gets it (contract of protocol section 3: idempotent by (deviceId, id)).
 *
 * @message: its `id` is text or an integer
 *
 * Returns: (transfer full) (nullable): %NULL: it bears no id
 */
char *bh_command_derive_id(const BhCommandSender *sender, const json_t *message);

/** bh_command_set: sets @name of @object to a copy of the reference @value where that is neither
 * %NULL nor JSON null. */
void bh_command_set(json_t *object, const char *name, json_t *value);

/** bh_command_set_text: the same of a text; nothing where @text is %NULL. */
void bh_command_set_text(json_t *object, const char *name, const char *text);
