export const PORT = 9333;
