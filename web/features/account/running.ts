export const running = ({ status }: { status: string }) =>
  status === "pending" || status === "processing";
