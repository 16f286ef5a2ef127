// SPDX-License-Identifier: Apache-2.0
// What a waiter does: seen at once, kept on this device, and where it can be taken back, so offered.

import type { Operation, Property, PropertyDraft } from "@bellhop/client";
import { currentPersonId } from "../house/person";
import { askHub } from "../link/hub-api";
import { describeProblem } from "../link/problem-text";
import type { LinkView } from "../link/use-link";
import { t } from "../messages";
import type { Toast } from "../theme/toast";

type Drafts = readonly PropertyDraft[];

export interface Acts {
  /**
   * Writes and says so. Resolves to whether it is kept.
   *
   * @param drafts or what makes them; where that fails nothing is written, and it is said too
   */
  write: (drafts: Drafts | (() => Promise<Drafts>), said: string, canUndo?: boolean) => Promise<boolean>;
  /** Asks the hub, and says so or why not. */
  ask: (path: string, body: Record<string, unknown>, said: string) => Promise<boolean>;
  tell: (said: string) => void;
  /** Nobody has a way to this device: what is written here is here alone until one is back. */
  isAlone: boolean;
}

function toUndo({ logId, seq, entity }: Operation): PropertyDraft {
  const personId = currentPersonId();
  const body = { op: `${logId}:${seq}`, ...(personId === null ? {} : { personId }) };
  return { kind: "undo", entity, body };
}

export function makeActs(
  property: Pick<Property, "write">,
  link: Pick<LinkView, "connection" | "path" | "near">,
  toast: Pick<Toast, "tell">,
): Acts {
  const { tell } = toast;
  const write: Acts["write"] = async (drafts, said, canUndo = false) => {
    try {
      const done = await property.write(typeof drafts === "function" ? await drafts() : drafts);
      const undo = () => void write(done.map(toUndo), t("staff.undone"));
      if (canUndo) tell(said, { label: t("staff.undo"), run: undo });
      else tell(said);
      return true;
    } catch (problem) {
      console.error(problem);
      tell(t("house.lost"));
      return false;
    }
  };
  const ask = async (path: string, body: Record<string, unknown>, said: string) => {
    try {
      await askHub(link.connection, "POST", path, body);
      tell(said);
      return true;
    } catch (problem) {
      tell(describeProblem(problem));
      return false;
    }
  };
  return { write, ask, tell, isAlone: link.path === "none" && link.near === 0 };
}
