// Whose record the dashboard shows.

export interface View {
  /** Null: everyone that the signed-in person may see. */
  employeeId: string | null;
  /** The signed-in person. */
  own: string;
}

/** The value of `?employee_id=` that stands for everyone. */
export const EVERYONE = "all";
