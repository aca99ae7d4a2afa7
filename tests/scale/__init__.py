"""What pages and jobs cost at the size of a province: `make scale PEOPLE=1000,10000`."""
