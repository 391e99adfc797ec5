"""Are foreigners dumping Treasuries? How the evidence is weighed, horizon by horizon."""
